import { createServer } from 'node:net';

/** Below the range from which systems take ports of outgoing connections, so that a free one stays free until used. */
const FIRST = 20_000;
const COUNT = 12_000;

/** @type {Set<number>} */
const given = new Set();

/**
 * A TCP port that is free on the address, and was not given out before by this process.
 * @param {string} [host]
 * @returns {Promise<number>}
 */
export async function freePort(host = '127.0.0.1') {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (given.has(port) || !(await isFree(port, host))) continue;
    given.add(port);
    return port;
  }
}

/** @param {number} port @param {string} host @returns {Promise<boolean>} */
function isFree(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
