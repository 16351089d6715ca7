import { setTimeout as sleep } from 'node:timers/promises';
import { answers } from '../../../scripts/toolchain/child-processes.mjs';
import { spread } from '../machine/statistics.mjs';
import { attributed } from './cost.mjs';

/** @typedef {import('./cost.mjs').Bench} Bench */

const STARTS = 7;
const QUICK_STARTS = 3;
const LIMIT_SECONDS = 1;
const POLL_MS = 2;
const TIMEOUT_MS = 30_000;

/** @param {Bench} bench */
async function call({ load, setup }) {
  const { url } = setup.paths.oneGateway;
  const target = { url, token: setup.federation.token, tool: 'get_calendar_events', connections: 1 };
  await load.do('open', target);
  await load.do('closedLoop', { count: 1 });
  await load.do('close');
}

/** @param {Bench} bench @returns {Promise<{ready: number, served: number}>} seconds since the start of the process */
async function startOnce(bench) {
  const gateway = bench.setup.federation.aws;
  await gateway.child.stop();
  const since = performance.now();
  await gateway.start();
  while (!(await answers(`${gateway.opsUrl}/readyz`))) {
    if (performance.now() - since > TIMEOUT_MS) throw new Error('The gateway is not ready');
    await sleep(POLL_MS);
  }
  const ready = (performance.now() - since) / 1000;
  await attributed(bench.setup.paths.oneGateway, () => call(bench));
  return { ready, served: (performance.now() - since) / 1000 };
}

/**
 * How long a gateway that has enrolled before takes to start: until it says that it is ready, and until its first call has
 * been served.
 * @param {Bench} bench @returns {Promise<import('./cost.mjs').Figure>}
 */
export async function start(bench) {
  const times = [];
  for (let i = 0; i < (bench.isQuick ? QUICK_STARTS : STARTS); i++)
    times.push(await bench.quietness.during(() => startOnce(bench)));
  process.stderr.write('start: done\n');
  const ready = spread(
    times.map((one) => one.ready),
    3,
  );
  const served = spread(
    times.map((one) => one.served),
    3,
  );
  return {
    figures: { secondsUntilReady: ready, secondsUntilTheFirstCallWasServed: served },
    lines: [`Start: ready after ${ready.median} s, first call served after ${served.median} s`, ''],
    limits: [
      {
        what: 'seconds from the start until the first call was served',
        seen: served.median,
        limit: LIMIT_SECONDS,
      },
    ],
  };
}
