import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLegacyServer } from '../../support/legacy-server.js';
import { endpoint } from '../../support/mcp-clients.js';
import { startModernServer } from '../../support/modern-server.js';
import { GatewayHarness, until, type HarnessUser } from '../../support/relay/gateway-harness.js';

let harness: GatewayHarness;

beforeAll(async () => {
  harness = await GatewayHarness.with({ pace: { sweepMs: 20, reviewGapMs: 10, keepAliveMs: 40 } }, 'aws', 'azure');
  const legacy = harness.owns(await startLegacyServer());
  const modern = harness.owns(await startModernServer());
  for (const [place, gateway] of [['near', 'aws'], ['far', 'azure']] as const) {
    harness.server(`legacy-${place}`, gateway, legacy.url);
    harness.server(`modern-${place}`, gateway, modern.url);
  }
}); // prettier-ignore
afterAll(() => harness?.stop());

const INFO = { name: 'listener', version: '1.0.0' };

/** A client that listens, and what it was told. */
interface Listener {
  told: string[];
  tools(): Promise<string[]>;
  close(): Promise<void>;
}

const target = (server: string, { token }: HarnessUser): [URL, { requestInit: RequestInit }] => [
  endpoint(harness.gateway('aws').url, server),
  { requestInit: { headers: { authorization: `Bearer ${token}` } } },
];

async function legacyListener(server: string, user: HarnessUser): Promise<Listener> {
  const client = new Client1(INFO);
  const told: string[] = [];
  client.setNotificationHandler(ToolListChangedNotificationSchema, ({ method }) => void told.push(method));
  const { parts } = harness.gateway('aws');
  const from = parts.length;
  await client.connect(new Transport1(...target(server, user)));
  await until(() => parts.slice(from).some(({ method }) => method === 'GET'));
  const tools = async (): Promise<string[]> => (await client.listTools()).tools.map(({ name }) => name);
  return { told, tools, close: () => client.close() };
}

async function modernListener(server: string, user: HarnessUser): Promise<Listener> {
  const client = new Client2(INFO, { versionNegotiation: { mode: 'auto' } });
  const told: string[] = [];
  client.setNotificationHandler('notifications/tools/list_changed', ({ method }) => void told.push(method));
  await client.connect(new Transport2(...target(server, user)));
  await client.listen({ toolsListChanged: true });
  const tools = async (): Promise<string[]> => (await client.listTools()).tools.map(({ name }) => name);
  return { told, tools, close: () => client.close() };
}

describe.each(['near', 'far'])('an SDK client that listens to a server that is %s', (place) => {
  it.each([
    ['sdk 1.x', 'legacy', legacyListener, 'count'],
    ['sdk 2.x', 'modern', modernListener, 'echo'],
  ] as const)('is told that its tools have changed, and gets the new list (%s)', async (_, era, listen, hidden) => {
    const user = harness.user(`${era}-${place}`);
    harness.policy(`own-${user.name}`, { subjects: [`user:${user.name}`] });
    const listener = await listen(`${era}-${place}`, user);
    expect(await listener.tools()).toContain(hidden);
    harness.policy(`hidden-${user.name}`, { effect: 'deny', subjects: [`user:${user.name}`], tools: [hidden] });
    await until(() => listener.told.length > 0);
    const tools = await listener.tools();
    expect(tools).not.toContain(hidden);
    expect(tools).toContain('wait');
    await listener.close();
  });
}); // prettier-ignore
