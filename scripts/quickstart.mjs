/**
 * The quickstart: a whole federation on this machine. See README.md.
 *
 *   npm run quickstart                       runs until Ctrl-C
 *   npm run quickstart -- --check            checks and stops; exits with 0 only if everything worked
 *   npm run quickstart -- --port aws=8081    gives one part a port (control, aws, azure, onprem, postgres, nats, …)
 *
 * This file installs and builds, then continues on the Node that came with the packages. It runs on Node 18 itself.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled } from './toolchain/installation.mjs';
import { ROOT, runtimeNode } from './toolchain/paths.mjs';
import { unsuitableRuntime } from './toolchain/runtime.mjs';

/** EX_CONFIG of sysexits.h, as the program itself would exit. */
const EX_CONFIG = 78;

try {
  await ensureInstalled();
  const complaint = unsuitableRuntime();
  if (complaint !== null) {
    console.error(complaint);
    process.exit(EX_CONFIG);
  }
  await ensureBuilt();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

const main = join(ROOT, 'scripts', 'quickstart', 'main.mjs');
const child = spawn(runtimeNode(), [main, ...process.argv.slice(2)], { stdio: 'inherit', cwd: ROOT });
// A terminal sends Ctrl-C to the whole group; the child shuts down and this process waits for it.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)));
