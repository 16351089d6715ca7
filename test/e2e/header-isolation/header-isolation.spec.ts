import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startScenario, type Scenario } from '../../support/everything-scenario.js';
import { AGENT_KINDS, endpoint, openAgent } from '../../support/mcp-clients.js';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await startScenario();
});
afterAll(() => scenario?.federation.stop());

const CANARY = 'canary-7f3a';
const HOSTILE = {
  cookie: `session=${CANARY}`,
  'x-forwarded-for': CANARY,
  'x-forwarded-host': CANARY,
  'x-forwarded-proto': CANARY,
  forwarded: `for=${CANARY}`,
  'x-real-ip': CANARY,
  'x-api-key': CANARY,
  'proxy-authorization': `Basic ${CANARY}`,
  'causeway-request-id': CANARY,
  'causeway-reason': CANARY,
  'x-causeway-user': CANARY,
  'x-original-url': CANARY,
};

/** Everything that may be seen by an MCP server besides what its own connection needs. */
const ALLOWED = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'content-type',
  'accept',
  'accept-encoding',
  'user-agent',
  'mcp-protocol-version',
  'mcp-session-id',
  'mcp-method',
  'mcp-name',
  'last-event-id',
  'traceparent',
  'tracestate',
  'baggage',
]);

describe.each([
  ['aws', 'over a hop'],
  ['azure', 'without a hop'],
])('what an agent at %s sends, %s', (gateway) => {
  it.each(AGENT_KINDS)("none of the agent's own headers reaches the MCP server, %s", async (kind) => {
    const { federation, modern, alice } = scenario;
    modern.seen.splice(0);
    const url = endpoint(federation.gateway(gateway).url, 'modern');
    const sut = await openAgent(kind, url, alice.token, HOSTILE);
    expect(await sut.call('echo', { message: 'hello' })).toBe('hello');
    await sut.close();
    expect(modern.seen.length).toBeGreaterThan(0);
    for (const { rawHeaders } of modern.seen) {
      const names = rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
      expect(names.filter((name) => !ALLOWED.has(name))).toEqual([]);
      expect(rawHeaders.join('\n')).not.toContain(CANARY);
      expect(rawHeaders.join('\n')).not.toContain(alice.token);
    }
  });
});
