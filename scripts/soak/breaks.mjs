import { ACCESS_BREAKS } from './breaks/access.breaks.mjs';
import { ENVELOPE_BREAKS } from './breaks/envelope.breaks.mjs';
import { HEADER_BREAKS } from './breaks/header.breaks.mjs';
import { STATUS_BREAKS } from './breaks/status.breaks.mjs';
import { STREAM_BREAKS } from './breaks/stream.breaks.mjs';

/**
 * One way to break the relay.
 * @typedef {object} Break
 * @property {string} name
 * @property {string} what what is wrong then
 * @property {number[]} traps the traps that the relay then falls into; a test of one of them must notice
 * @property {{file: string, find: string, replace: string}[]} edits exact replacements, each fitting exactly once
 */

/** @type {Break[]} */
export const BREAKS = [
  ...STREAM_BREAKS,
  ...HEADER_BREAKS,
  ...STATUS_BREAKS,
  ...ENVELOPE_BREAKS,
  ...ACCESS_BREAKS,
];
