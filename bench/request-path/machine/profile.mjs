import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openInspector } from './inspector.mjs';

const TOP = 30;

/**
 * @typedef {import('node:inspector').Profiler.Profile} Profile
 * @typedef {{name: string, where: string, ms: number}} SelfTime
 */

/** @param {Profile['nodes'][number]['callFrame']} frame */
const whereOf = ({ url, lineNumber }) =>
  url === ''
    ? ''
    : `${url
        .split('/node_modules/')
        .at(-1)
        ?.replace(/^.*\/dist\//, '')}:${lineNumber + 1}`;

/** Time spent in each function itself, most first; the same function in several places of the call tree counts once. */
export function selfTimes(/** @type {Profile} */ { nodes, samples = [], timeDeltas = [] }) {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  /** @type {Map<string, SelfTime>} */
  const times = new Map();
  samples.forEach((id, i) => {
    const frame = byId.get(id);
    if (frame === undefined) return;
    const one = { name: frame.functionName || '(anonymous)', where: whereOf(frame), ms: 0 };
    const key = `${one.name} ${one.where}`;
    if (!times.has(key)) times.set(key, one);
    const found = /** @type {SelfTime} */ (times.get(key));
    found.ms += Number(timeDeltas[i]) / 1000;
  });
  return [...times.values()].toSorted((a, b) => b.ms - a.ms);
}

/** @param {string} title @param {Profile} profile @param {number} units calls, events or megabytes in it */
export function profileTable(title, profile, units) {
  const all = selfTimes(profile).filter(({ name }) => name !== '(idle)');
  const total = all.reduce((sum, { ms }) => sum + ms, 0);
  const lines = all.slice(0, TOP).map(({ name, where, ms }) => {
    const us = ((ms * 1000) / units).toFixed(1).padStart(9);
    return `${us} ${((ms / total) * 100).toFixed(1).padStart(5)} %  ${name.padEnd(36)} ${where}`;
  });
  return [
    `${title}: ${((total * 1000) / units).toFixed(1)} µs each`,
    '  µs self  share  function',
    ...lines,
    '',
  ].join('\n');
}

/**
 * Profiles every end of a path while something is done.
 * @param {{directory: string, title: string, path: import('../setup/paths.mjs').Path, work: () => Promise<number>}} options
 *   `work` resolves with the number of units that it did
 */
export async function profileEnds({ directory, title, path, work }) {
  const ends = Object.entries(path.ends).filter(([, end]) => end.inspectorPort !== null);
  const inspectors = await Promise.all(
    ends.map(async ([name, end]) => ({ name, inspector: await openInspector(end) })),
  );
  for (const { inspector } of inspectors) await inspector.startProfile();
  const units = await work();
  mkdirSync(directory, { recursive: true });
  for (const { name, inspector } of inspectors) {
    const profile = await inspector.stopProfile();
    inspector.close();
    const file = join(directory, `${title}-${path.name}-${name}.cpuprofile`.replaceAll(' ', '-'));
    writeFileSync(file, JSON.stringify(profile));
    process.stderr.write(profileTable(basename(file), profile, units));
  }
}
