import { CallFailed } from '../setup/program.mjs';
import { costLines, costsOf, measureCost, ratiosOf } from './cost.mjs';

/** @typedef {import('./cost.mjs').Bench} Bench */

const TOOL = 'get_calendar_events';
const WARM_UP_CALLS = 5000;
const WARM_UP_CONNECTIONS = 16;
const LIMITS = { 'one gateway / one relay': 2, 'two gateways / two relays': 2.2 };
/** @type {import('./cost.mjs').PathName[]} */
const PATHS = ['nginx', 'oneRelay', 'twoRelays', 'oneGateway', 'twoGateways'];

/** One on the path of one gateway, two on the other. */
const GATEWAYS_ON_ALL_PATHS = 3;

/**
 * Where the ingest of audit runs: `elsewhere`, as in production, or `here`, on the same cores.
 * @typedef {'here' | 'elsewhere'} IngestPlace
 * @typedef {{connections: number, ingest: IngestPlace, rounds: number, calls: number}} Setting
 */

/** The limits hold for the first. @type {Setting[]} */
const FULL = [
  { connections: 16, ingest: 'elsewhere', rounds: 11, calls: 2000 },
  { connections: 1, ingest: 'elsewhere', rounds: 7, calls: 1000 },
  { connections: 64, ingest: 'elsewhere', rounds: 7, calls: 2000 },
  { connections: 16, ingest: 'here', rounds: 7, calls: 2000 },
];
/** @type {Setting[]} */
const QUICK = [{ connections: 16, ingest: 'elsewhere', rounds: 5, calls: 1500 }];

/** @param {Setting} setting */
const titleOf = ({ connections, ingest }) =>
  `${connections} ${connections === 1 ? 'connection' : 'connections'}${ingest === 'here' ? ', ingest on the same cores' : ''}`;

/** @param {Bench} bench @param {number} connections @param {number} calls @returns {import('./cost.mjs').Round} */
function roundOf({ load, setup }, connections, calls) {
  const { token } = setup.federation;
  return {
    open: async ({ url }) => {
      await load.do('open', { url, token, tool: TOOL, connections });
      await load.do('closedLoop', { count: connections });
    },
    work: async () => {
      await load.do('closedLoop', { count: calls });
      return calls;
    },
    close: () => load.do('close'),
  };
}

/** What a tool call with an answer of 2 KB costs. @param {Bench} bench @returns {Promise<import('./cost.mjs').Figure>} */
export async function cpu(bench) {
  /** @type {import('./cost.mjs').Figure} */
  const figure = { figures: {}, lines: [], limits: [] };
  for (const [i, setting] of (bench.isQuick ? QUICK : FULL).entries()) {
    const { ratios, costs } = await measureSetting(bench, setting, i === 0);
    figure.figures[titleOf(setting)] = { microseconds: costs, ratios };
    figure.lines.push(...costLines(`µs of CPU per call, ${titleOf(setting)}`, costs, ratios));
    if (i === 0) figure.limits = limitsOf(ratios);
  }
  return figure;
}

/** @param {Bench} bench @param {Setting} setting @param {boolean} isFirst */
async function measureSetting(bench, setting, isFirst) {
  await bench.setup.federation.standIn.tell(setting.ingest === 'here' ? 'pass audit on' : 'take audit');
  const { connections, calls, rounds } = setting;
  const warmUp = isFirst ? { warmUp: roundOf(bench, WARM_UP_CONNECTIONS, WARM_UP_CALLS) } : {};
  const plan = {
    title: titleOf(setting),
    paths: PATHS,
    rounds,
    ...warmUp,
    round: roundOf(bench, connections, calls),
  };
  const { standIn } = bench.setup.federation;
  const before = await standIn.tell('how many');
  const samples = await measureCost(bench, plan);
  if (setting.ingest === 'elsewhere') assertDelivered(setting, (await standIn.tell('how many')) - before);
  return { ratios: ratiosOf(samples), costs: costsOf(bench, samples, 1000) };
}

/**
 * A gateway that delivers no audit would look cheap.
 * @param {Setting} setting @param {number} delivered records; each gateway on the way of a call delivers at least one
 */
function assertDelivered({ rounds, calls }, delivered) {
  const expected = rounds * calls * GATEWAYS_ON_ALL_PATHS;
  if (delivered < expected)
    throw new CallFailed(`The gateways delivered ${delivered} audit records, not ${expected} or more.`);
}

/** @param {ReturnType<typeof ratiosOf>} ratios @returns {import('./cost.mjs').Limit[]} */
const limitsOf = (ratios) =>
  Object.entries(LIMITS).map(([what, limit]) => ({
    what: `CPU per call at 16 connections, ${what}`,
    seen: ratios[what]?.ratio ?? null,
    limit,
  }));
