import { ACCESS_MUTANTS } from './catalogue/access.mutants.mjs';
import { ENVELOPE_MUTANTS } from './catalogue/envelope.mutants.mjs';
import { HEADER_MUTANTS } from './catalogue/header.mutants.mjs';
import { STATUS_MUTANTS } from './catalogue/status.mutants.mjs';
import { STREAM_MUTANTS } from './catalogue/stream.mutants.mjs';

/**
 * An exact replacement. `find` must occur exactly once in `file`; a test says so, and where the text is now.
 * @typedef {{file: string, find: string, replace: string}} Edit
 *
 * One defect of the relay.
 * @typedef {object} Mutant
 * @property {string} name
 * @property {string} what what is wrong then
 * @property {number[]} traps the traps of docs/protocol.md that the relay then falls into; a test of one of them must fail
 * @property {Edit[]} edits
 */

/** @type {Mutant[]} */
export const MUTANTS = [
  ...STREAM_MUTANTS,
  ...HEADER_MUTANTS,
  ...STATUS_MUTANTS,
  ...ENVELOPE_MUTANTS,
  ...ACCESS_MUTANTS,
];
