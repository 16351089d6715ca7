/**
 * Runs everything that CI runs, in order. A failed stage does not stop the ones after it.
 *
 *   npm test                       all stages
 *   npm test -- unit medium        these stages only
 *
 * The last line is `N passed, N failed`. It counts tests, and each check that is not a test as one.
 */
import { ensureBuilt, ensureInstalled } from './toolchain/installation.mjs';
import { messageOf } from './toolchain/message-of.mjs';
import { ensureNatsServer } from './toolchain/nats-server.mjs';
import { ensureNginx } from './toolchain/nginx.mjs';
import { step } from './toolchain/progress.mjs';
import { unsuitableRuntime } from './toolchain/runtime.mjs';
import { STAGES, runStage } from './test/stages.mjs';

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !STAGES.some((stage) => stage.name === name));
if (unknown.length > 0) {
  console.error(
    `Unknown stage ${unknown.join(', ')}; there are ${STAGES.map((stage) => stage.name).join(', ')}`,
  );
  process.exit(2);
}

const total = { passed: 0, failed: 0 };
/** @param {{passed: number, failed: number}} counts */
const add = ({ passed, failed }) => {
  total.passed += passed;
  total.failed += failed;
};

try {
  await ensureInstalled();
  const complaint = unsuitableRuntime();
  if (complaint !== null) throw new Error(complaint);
  if ((await ensureNatsServer()) === undefined)
    console.log('nats-server is missing and could not be unpacked: the tests that need it will fail.');
  if ((await ensureNginx()) === undefined)
    console.log('nginx is missing and could not be unpacked: the tests that need it will fail.');
  await ensureBuilt();
  add({ passed: 1, failed: 0 });
} catch (error) {
  console.error(messageOf(error));
  add({ passed: 0, failed: 1 });
}
for (const stage of STAGES) {
  if (chosen.length > 0 && !chosen.includes(stage.name)) continue;
  add(await step(stage.title, () => runStage(stage)).catch(() => ({ passed: 0, failed: 1 })));
}
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`\n${total.passed} passed, ${total.failed} failed`);
