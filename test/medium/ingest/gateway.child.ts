import 'reflect-metadata';
import { AuditSpool } from '#libs/audit';
import { endingOf, entryPart, intend } from '../../support/audit-parts.js';

const CALLS_AT_ONCE = 16;

const [directory = '', executeUrl = '', run = ''] = process.argv.slice(2);
const spool = new AuditSpool({ directory, maxBytes: 64 * 1024 * 1024 });
let calls = 0;

/** A gateway reduced to its promise: intent, execution by the MCP server, outcome; until it is killed. */
async function callForEver(): Promise<never> {
  for (;;) {
    const part = entryPart(`${run}-${calls++}`, { proxyHops: 0, handlingGateway: 'aws-gw.example.com' });
    const intent = intend(spool, part);
    await intent.written;
    const answer = await fetch(`${executeUrl}/${part.requestId}`, { method: 'POST' });
    await answer.text();
    spool.recordOutcome(intent, endingOf(part));
  }
}

await Promise.all(Array.from({ length: CALLS_AT_ONCE }, callForEver));
