import { parseArgs } from 'node:util';

export const FIGURES = /** @type {const} */ (['start', 'idle', 'cpu', 'latency', 'sse', 'large']);

const USAGE = `npm run bench -- request-path [--quick] [--only ${FIGURES.join(',')}] [--cpu-prof <directory>]`;

/**
 * @typedef {(typeof FIGURES)[number]} FigureName
 * @typedef {{isQuick: boolean, only: FigureName[], profiles: string | null, isWhole: boolean}} Options
 */

/** @param {string[]} args @returns {Options} @throws Error that says what is allowed */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: { quick: { type: 'boolean' }, only: { type: 'string' }, 'cpu-prof': { type: 'string' } },
  });
  const isQuick = values.quick === true;
  const asked = values.only?.split(',') ?? (isQuick ? ['cpu'] : FIGURES);
  const only = FIGURES.filter((name) => asked.includes(name));
  if (only.length !== asked.length) throw new Error(`--only ${values.only}: not known. Use: ${USAGE}`);
  return { isQuick, only, profiles: values['cpu-prof'] ?? null, isWhole: args.length === 0 };
}
