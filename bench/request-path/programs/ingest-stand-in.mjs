/**
 * Stands before the control plane. Everything passes through to it, except that audit batches may be acknowledged here
 * instead: gateways then deliver audit in full, while the ingest, which in production runs on another machine, does not
 * take the processor away from what is measured. Messages of the parent process switch between the two.
 */
import { createServer, request as httpRequest } from 'node:http';

const AUDIT = '/internal/v1/audit';
const target = new URL(process.env.TARGET ?? '');
let isTaking = false;
/** Of each boot of a gateway, the number of its newest record that came. @type {Map<string, number>} */
const newest = new Map();

process.on('message', (message) => {
  if (message !== 'how many') isTaking = message === 'take audit';
  process.send?.([...newest.values()].reduce((sum, seq) => sum + seq, 0));
});

/**
 * The receipt of a batch, found without parsing it: `boot` comes first, the last `seq` is the highest.
 * @param {string} batch
 */
function receiptOf(batch) {
  const boot = String(/"boot":"([^"]+)"/.exec(batch)?.[1]);
  const seq = Number(/^"seq":(\d+)/.exec(batch.slice(batch.lastIndexOf('"seq":')))?.[1]);
  newest.set(boot, seq);
  return JSON.stringify({ boot, seq });
}

/** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
function takeAudit(request, response) {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const receipt = receiptOf(Buffer.concat(chunks).toString());
    response.writeHead(200, { 'content-type': 'application/json' }).end(receipt);
  });
}

/** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
function passOn(request, response) {
  const { method, url, headers } = request;
  const options = { host: target.hostname, port: target.port, method, path: url, headers };
  const forwarded = httpRequest(options, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  forwarded.on('error', () => response.destroy());
  response.on('close', () => forwarded.destroy());
  request.pipe(forwarded);
}

createServer((request, response) => {
  if (isTaking && request.url === AUDIT) takeAudit(request, response);
  else passOn(request, response);
}).listen(Number(process.env.PORT), '127.0.0.1');
