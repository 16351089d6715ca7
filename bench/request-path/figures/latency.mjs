import { quantile, rounded } from '../machine/statistics.mjs';
import { attributed } from './cost.mjs';

/** @typedef {import('./cost.mjs').Bench} Bench @typedef {import('./cost.mjs').PathName} PathName */

const TOOL = 'get_calendar_events';
const CALLS_PER_SECOND = 200;
const CALLS = 1000;
const ROUNDS = 5;
/** Open from the beginning; on a quiet machine, few of them are ever busy at once. */
const CONNECTIONS = 32;
/** @type {PathName[]} */
const PATHS = ['direct', 'nginx', 'oneRelay', 'twoRelays', 'oneGateway', 'twoGateways'];

/** @param {Bench} bench @param {import('../setup/paths.mjs').Path} path @returns {Promise<number[]>} milliseconds */
async function round({ load, setup }, { url }) {
  await load.do('open', { url, token: setup.federation.token, tool: TOOL, connections: CONNECTIONS });
  await load.do('closedLoop', { count: CONNECTIONS });
  const latencies = await load.do('openLoop', { rate: CALLS_PER_SECOND, count: CALLS });
  await load.do('close');
  return latencies;
}

/** @param {number[]} latencies @param {number[]} direct */
function summary(latencies, direct) {
  const [p50, p99] = [quantile(latencies, 0.5), quantile(latencies, 0.99)];
  return {
    p50: rounded(p50, 3),
    p99: rounded(p99, 3),
    addedP50: rounded(p50 - quantile(direct, 0.5), 3),
    addedP99: rounded(p99 - quantile(direct, 0.99), 3),
  };
}

/** @param {[string, ReturnType<typeof summary>]} one */
const line = ([name, { p50, p99, addedP50, addedP99 }]) =>
  `  ${name.padEnd(14)} p50 ${p50} (${signed(addedP50)})   p99 ${p99} (${signed(addedP99)})`;

/** @param {number} ms */
const signed = (ms) => (ms < 0 ? String(ms) : `+${ms}`);

/**
 * How long a call takes at a modest rate, from the time when it was due, and what that is more than without any relay.
 * @param {Bench} bench @returns {Promise<import('./cost.mjs').Figure>}
 */
export async function latency(bench) {
  await bench.setup.federation.standIn.tell('take audit');
  /** @type {Map<PathName, number[]>} */
  const all = new Map(PATHS.map((name) => [name, []]));
  for (let i = 0; i < ROUNDS; i++) {
    for (const [name, latencies] of all) {
      const path = bench.setup.paths[name];
      const take = () => bench.quietness.during(() => round(bench, path));
      latencies.push(...(await attributed(path, take)));
    }
    process.stderr.write(`latency: round ${i + 1} of ${ROUNDS}\n`);
  }
  const direct = all.get('direct') ?? [];
  const milliseconds = [...all].map(
    ([name, latencies]) =>
      /** @type {[string, ReturnType<typeof summary>]} */ ([
        bench.setup.paths[name].name,
        summary(latencies, direct),
      ]),
  );
  const title = `ms per call at ${CALLS_PER_SECOND} calls per second (more than with no gateway)`;
  return {
    figures: { callsPerSecond: CALLS_PER_SECOND, milliseconds: Object.fromEntries(milliseconds) },
    lines: [title, ...milliseconds.map(line), ''],
    limits: [],
  };
}
