import { setTimeout as sleep } from 'node:timers/promises';
import { openInspector } from '../machine/inspector.mjs';
import { rssBytes } from '../machine/processes.mjs';
import { rounded } from '../machine/statistics.mjs';
import { attributed } from './cost.mjs';

/**
 * @typedef {import('./cost.mjs').Bench} Bench
 * @typedef {import('../setup/paths.mjs').Path} Path
 * @typedef {{asItIs: number, collected: number}} Memory bytes resident, before and after a garbage collection
 */

const STREAMS = 2000;
const QUICK_STREAMS = 500;
const WARM_UP_STREAMS = 100;
const SETTLE_MS = 5000;
const MEGABYTE = 1024 * 1024;
const KILOBYTE = 1024;
const LIMITS = { streamKilobytes: 40, rssMegabytes: 120 };

/** @param {Path} path @returns {Promise<Record<string, Memory>>} by the processes on the path */
async function memoryOf(path) {
  await sleep(SETTLE_MS);
  const entries = Object.entries(path.ends).map(async ([name, end]) => {
    const asItIs = rssBytes(end.pid());
    const inspector = await openInspector(end);
    await inspector.collectGarbage();
    inspector.close();
    await sleep(500);
    return [name, { asItIs, collected: rssBytes(end.pid()) }];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** @param {Bench} bench @param {Path} path @param {number} count */
const open = ({ load, setup }, { url }, count) =>
  load.do('openIdle', { url, token: setup.federation.token, count });

/**
 * Kilobytes by which each process on the path grows for each stream.
 * @param {Bench} bench @param {Path} path @returns {Promise<Record<string, Memory>>}
 */
async function growthOf(bench, path) {
  const streams = bench.isQuick ? QUICK_STREAMS : STREAMS;
  await open(bench, path, WARM_UP_STREAMS);
  await bench.load.do('closeIdle');
  const before = await memoryOf(path);
  await open(bench, path, streams);
  const after = await memoryOf(path);
  await bench.load.do('assertIdleOpen');
  await bench.load.do('closeIdle');
  const grown = (/** @type {number} */ now, /** @type {number} */ then) =>
    rounded((now - then) / streams / KILOBYTE, 1);
  const entries = Object.entries(after).map(([name, { asItIs, collected }]) => {
    const then = /** @type {Memory} */ (before[name]);
    return [name, { asItIs: grown(asItIs, then.asItIs), collected: grown(collected, then.collected) }];
  });
  return Object.fromEntries(entries);
}

/** Memory that was used once is not given back, so that each path is measured on gateways that are new. */
async function restartGateways(/** @type {Bench} */ { setup }) {
  for (const gateway of [setup.federation.aws, setup.federation.azure]) {
    await gateway.child.stop();
    await gateway.start();
    await gateway.ready();
  }
}

/** Memory of a gateway with nothing to do, and of a stream on which nothing happens. @param {Bench} bench */
export async function idle(bench) {
  const { oneRelay, oneGateway, twoGateways } = bench.setup.paths;
  await restartGateways(bench);
  await attributed(oneGateway, () => open(bench, oneGateway, 1));
  await bench.load.do('closeIdle');
  await sleep(SETTLE_MS);
  const rss = rounded(rssBytes(bench.setup.federation.aws.pid) / MEGABYTE, 1);
  /** @type {Record<string, Record<string, Memory>>} */
  const kilobytes = {};
  for (const path of [oneRelay, oneGateway, twoGateways]) {
    await restartGateways(bench);
    kilobytes[path.name] = await attributed(path, () => growthOf(bench, path));
    process.stderr.write(`idle: ${path.name}\n`);
  }
  return figureOf(rss, kilobytes);
}

/** @param {number} rss @param {Record<string, Record<string, Memory>>} kilobytes @returns {import('./cost.mjs').Figure} */
function figureOf(rss, kilobytes) {
  const ends = Object.entries(kilobytes).flatMap(([path, of]) =>
    Object.entries(of).map(([end, memory]) => ({ path, end, ...memory })),
  );
  return {
    figures: { megabytesOfAnIdleGateway: rss, kilobytesOfAnIdleStream: kilobytes },
    lines: [
      `An idle gateway: ${rss} MB`,
      'KB of each idle stream after a garbage collection (before it)',
      ...ends.map(({ path, end, asItIs, collected }) => `  ${path}, ${end}: ${collected} (${asItIs})`),
      '',
    ],
    limits: [
      { what: 'MB of an idle gateway', seen: rss, limit: LIMITS.rssMegabytes },
      ...ends
        .filter(({ end }) => end !== 'relay')
        .map(({ path, end, collected }) => ({
          what: `KB of an idle stream, ${path}, ${end}`,
          seen: collected,
          limit: LIMITS.streamKilobytes,
        })),
    ],
  };
}
