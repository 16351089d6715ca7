import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { compose } from './composition.js';
import { redactText } from './ops/redaction.js';
import { releaseMemory } from './ops/release-memory.js';
import { loadSettings } from './settings/load-settings.js';
import { plaintextWarning } from './settings/plaintext.js';
import { EX_CONFIG, SettingsError } from './settings/settings.error.js';

/** Runs one plane, as the settings say, until a signal ends it. A failure ends the process with its reason. */
export function runProgram(): void {
  run().catch(fail);
}

async function run(): Promise<void> {
  const settings = await loadSettings();
  const plane = await compose(settings);
  const warning = plaintextWarning(settings);
  if (warning !== null) new Logger('Settings').warn(warning);
  const stop = (): void => void plane.stop().then(() => process.exit(0), fail);
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  void plane.failed?.then(fail);
  releaseMemory();
  await plane.start();
}

function fail(error: unknown): void {
  const isConfiguration = error instanceof SettingsError;
  const text = isConfiguration ? error.message : redactText(String((error as Error).stack ?? error));
  process.stderr.write(`${text}\n`);
  process.exit(isConfiguration ? EX_CONFIG : 1);
}
