import { request } from 'node:http';

const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'intruder', version: '1' } },
});

/**
 * Speaks to an MCP server from a local address, past the gateways.
 * @param {string} url @param {string} localAddress
 * @returns {Promise<string>} what came of it: the HTTP status, or the error code of the socket
 */
export function reach(url, localAddress) {
  return new Promise((resolve) => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      connection: 'close',
    };
    const outgoing = request(url, { method: 'POST', headers, localAddress, timeout: 3000 }, (response) => {
      response.resume();
      resolve(String(response.statusCode));
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error('timeout')));
    outgoing.once('error', (/** @type {NodeJS.ErrnoException} */ error) =>
      resolve(error.code ?? error.message),
    );
    outgoing.end(INITIALIZE);
  });
}
