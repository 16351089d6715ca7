import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { GatewayHarness, type HarnessUser } from '../../support/relay/gateway-harness.js';
import { message, post, type RawAnswer } from '../../support/relay/raw-client.js';
import { answerJson, startScriptedServer, type ScriptedServer } from '../../support/relay/scripted-server.js';

let harness: GatewayHarness;
let inside: ScriptedServer;
let alice: HarnessUser;
const lines: string[] = [];

async function start(allowedNetworks: string[]): Promise<void> {
  inside = await startScriptedServer();
  inside.script = answerJson({ secret: 'hunter2' });
  harness = await GatewayHarness.with({ settings: { allowedNetworks } }, 'aws', 'azure');
  harness.owns(inside);
  alice = harness.user('alice');
  harness.policy('all', {});
}

const ask = (server: string) => post(harness, 'aws', server, alice, message('ping'));
const insideAt = (host: string): string => inside.url.replace('127.0.0.1', host);

/** What the agent and the log are told about a connection. */
async function told(server: string): Promise<{ answer: RawAnswer; line: string }> {
  lines.length = 0;
  const answer = await ask(server);
  return { answer, line: lines.find((text) => text.includes('destination_ip_prohibited')) ?? '' };
}

/** The agent is told that the address is prohibited, and not which it is. */
function expectRefused(answer: RawAnswer): void {
  expect([answer.status, answer.reason]).toEqual([502, 'destination_ip_prohibited']);
  expect(answer.headers['proxy-status']).toContain('error=destination_ip_prohibited');
  expect(answer.text).not.toMatch(/127\.0|localhost|::1|ALLOWED_NETWORKS/);
}

beforeAll(() => {
  vi.spyOn(Logger.prototype, 'warn').mockImplementation((text: string) => void lines.push(text));
});
afterAll(() => vi.restoreAllMocks());

describe('a gateway without ALLOWED_NETWORKS', () => {
  beforeAll(() => start([]));
  afterAll(() => harness.stop());

  it.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433', '0x7f.1'])(
    'does not reach a server inside by the URL of an MCP server: %s',
    async (host) => {
      harness.server('inside', 'aws', insideAt(host));
      const { answer, line } = await told('inside');
      expectRefused(answer);
      expect(line).toMatch(/aws->inside: .*ALLOWED_NETWORKS/);
      expect(inside.seen).toEqual([]);
    },
  );

  it('does not reach a server inside by the hop URL of a gateway, with the caller’s token', async () => {
    harness.register('azure', 'https://azure.example.com', new URL(inside.url).origin);
    harness.server('far', 'azure', 'http://far.example.com/mcp');
    const { answer, line } = await told('far');
    expectRefused(answer);
    expect(line).toMatch(/aws->azure: 127\.0\.0\.1 .*ALLOWED_NETWORKS/);
    expect(inside.seen).toEqual([]);
  });
});

describe('a gateway that may connect to its own machine', () => {
  beforeAll(() => start(['127.0.0.0/8']));
  afterAll(() => harness.stop());

  it('reaches an MCP server there', async () => {
    harness.server('inside', 'aws', inside.url);
    expect((await ask('inside')).status).toBe(200);
  });

  it('does not reach itself', async () => {
    harness.server('self', 'aws', `${harness.gateway('aws').url}/metrics`);
    const { answer, line } = await told('self');
    expectRefused(answer);
    expect(line).toContain('this gateway itself');
  });

  it('does not reach the control plane', async () => {
    harness.server('control', 'aws', harness.gateway('aws').settings.controlPlaneUrl);
    const { answer, line } = await told('control');
    expectRefused(answer);
    expect(line).toContain('127.0.0.1:1 is the control plane (CONTROL_PLANE_URL)');
  });
});
