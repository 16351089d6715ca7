import { costLines, costsOf, measureCost, ratiosOf } from './cost.mjs';

/**
 * @typedef {import('./cost.mjs').Bench} Bench
 * @typedef {import('./cost.mjs').Round} Round
 * @typedef {import('./cost.mjs').Figure} Figure
 *
 * `units` is what one unit is called, `ns` how many nanoseconds the figure counts by, `limit` that of both ratios.
 * @typedef {{title: string, key: string, unit: string, ns: number, limit: number | null, rounds: number, round: Round}} Kind
 */

/** @type {import('./cost.mjs').PathName[]} */
const PATHS = ['nginx', 'oneRelay', 'twoRelays', 'oneGateway', 'twoGateways'];
const MEGABYTE = 1024 * 1024;
const CONNECTIONS = 4;
const LARGE_CALLS = 60;
const STREAMS = 16;
const PACED_EVENTS = 1500;
const BURST_EVENTS = 4000;

/** @param {Bench} bench @param {string} tool @returns {Round} its unit is a megabyte */
function largeRound({ load, setup }, tool) {
  const { token } = setup.federation;
  return {
    open: async ({ url }) => {
      await load.do('open', { url, token, tool, connections: CONNECTIONS });
      await load.do('closedLoop', { count: CONNECTIONS });
    },
    work: async () => (await load.do('closedLoop', { count: LARGE_CALLS })) / MEGABYTE,
    close: () => load.do('close'),
  };
}

/** @param {Bench} bench @param {string} tool @param {number} count events on each stream @returns {Round} */
function streamRound({ load, setup }, tool, count) {
  const { token } = setup.federation;
  return { work: ({ url }) => load.do('readStreams', { url, token, tool, streams: STREAMS, count }) };
}

/** @param {Bench} bench @param {Kind[]} kinds @returns {Promise<Figure>} */
async function measureKinds(bench, kinds) {
  await bench.setup.federation.standIn.tell('take audit');
  /** @type {Figure} */
  const figure = { figures: {}, lines: [], limits: [] };
  for (const { title, key, unit, ns, limit, rounds, round } of kinds) {
    const plan = { title: key, paths: PATHS, rounds, warmUp: round, round };
    const samples = await measureCost(bench, plan);
    const [costs, ratios] = [costsOf(bench, samples, ns), ratiosOf(samples)];
    figure.figures[key] = { [unit]: costs, ratios };
    figure.lines.push(...costLines(title, costs, ratios));
    if (limit === null) continue;
    for (const [what, { ratio }] of Object.entries(ratios))
      figure.limits.push({ what: `${title}, ${what}`, seen: ratio, limit });
  }
  return figure;
}

/** What a megabyte of a JSON answer costs. @param {Bench} bench */
export function large(bench) {
  const common = { unit: 'milliseconds', ns: 1e6, limit: 2, rounds: bench.isQuick ? 3 : 7 };
  return measureKinds(bench, [
    {
      ...common,
      title: 'ms of CPU per MB, one long text',
      key: 'text',
      round: largeRound(bench, 'get_prose'),
    },
    {
      ...common,
      title: 'ms of CPU per MB, structured content',
      key: 'structured content',
      round: largeRound(bench, 'get_rows'),
    },
  ]);
}

/** What an event of 200 bytes costs. @param {Bench} bench */
export function sse(bench) {
  const common = { unit: 'microseconds', ns: 1000, rounds: bench.isQuick ? 3 : 7 };
  return measureKinds(bench, [
    {
      ...common,
      title: 'µs of CPU per SSE event, one each ms on each of 16 streams',
      key: 'paced',
      limit: 1.3,
      round: streamRound(bench, 'get_paced_events', PACED_EVENTS),
    },
    {
      ...common,
      title: 'µs of CPU per SSE event, as fast as they are taken',
      key: 'burst',
      limit: null,
      round: streamRound(bench, 'get_burst_events', BURST_EVENTS),
    },
  ]);
}
