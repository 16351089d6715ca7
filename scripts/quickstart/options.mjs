import { parseArgs } from 'node:util';
import { freePort } from '../toolchain/free-port.mjs';
import { PLACES } from './topology.mjs';

const GATEWAYS = PLACES.map((place) => place.gateway);
const PARTS = [
  'postgres',
  'nats',
  'control',
  'control-ops',
  ...GATEWAYS,
  ...GATEWAYS.map((name) => `${name}-ops`),
];

/** @typedef {{check: boolean, port: (part: string, host?: string) => Promise<number>}} Options */

/**
 * Reads the command line. @throws Error that says what is allowed.
 * @param {string[]} args
 * @returns {Options}
 */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      check: { type: 'boolean', default: false },
      port: { type: 'string', multiple: true, default: [] },
    },
  });
  const ports = new Map(values.port.map(readPort));
  return { check: values.check, port: async (part, host) => ports.get(part) ?? freePort(host) };
}

/** @param {string} text @returns {[string, number]} */
function readPort(text) {
  const [part = '', number] = text.split('=');
  const port = Number(number);
  if (PARTS.includes(part) && Number.isInteger(port) && port > 0 && port < 65_536) return [part, port];
  throw new Error(`--port ${text}: use <part>=<port>; parts are ${PARTS.join(', ')}`);
}
