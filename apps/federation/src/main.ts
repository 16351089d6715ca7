import 'reflect-metadata';
import { compose } from './composition.js';
import { redactText } from './ops/redaction.js';
import { loadSettings } from './settings/load-settings.js';
import { EX_CONFIG, SettingsError } from './settings/settings.error.js';

async function main(): Promise<void> {
  const plane = await compose(loadSettings());
  const stop = (): void => void plane.stop().then(() => process.exit(0), fail);
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  void plane.failed?.then(fail);
  await plane.start();
}

function fail(error: unknown): void {
  const isConfiguration = error instanceof SettingsError;
  const text = isConfiguration ? error.message : redactText(String((error as Error).stack ?? error));
  process.stderr.write(`${text}\n`);
  process.exit(isConfiguration ? EX_CONFIG : 1);
}

main().catch(fail);
