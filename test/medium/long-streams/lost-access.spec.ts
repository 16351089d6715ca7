import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mergeParts } from '#libs/audit';
import { tokenHash, type AuditPart } from '#libs/contract';
import { collected } from '../../support/relay/raw-client.js';
import { until, type HarnessUser } from '../../support/relay/gateway-harness.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { KINDS, REQUESTS, StreamHarness, type Kind, type Reader } from './stream-harness.js';

let harness: StreamHarness;

beforeAll(async () => {
  harness = await StreamHarness.start({});
});
afterAll(() => harness?.stop());

const put = (kind: string, key: string, value: Record<string, unknown>): void => {
  harness.put(kind, key, value);
  harness.publish();
};

const token = ({ name, token: text }: HarnessUser, change: Record<string, unknown>): void => {
  const hash = tokenHash(text);
  const whole = { id: `t-${name}`, hash, user: name, scope: { servers: ['*'] }, expiresAt: null };
  put('token', hash, { ...whole, ...change });
};

const soon = (): string => new Date(Date.now() + 100).toISOString();

/** How a caller loses access to an open stream, and the reason with which the stream ends. */
const LOSSES: [string, (user: HarnessUser, server: string) => void, string][] = [
  ['the token is revoked', (user) => harness.revoke(user), 'credentials_revoked'],
  ['the token is deleted', (user) => harness.remove('token', tokenHash(user.token)), 'credentials_invalid'],
  ['the token expires', (user) => token(user, { expiresAt: soon() }), 'credentials_expired'],
  ['the token no longer covers the server', (user) => token(user, { scope: { servers: ['other'] } }), 'access_denied'],
  ['the user is disabled', ({ name }) => put('user', name, { name, groups: [], enabled: false }), 'principal_disabled'],
  ['the policy is removed', ({ name }) => harness.remove('policy', `own-${name}`), 'access_denied'],
  ['a denial is added', ({ name }) => harness.policy(`no-${name}`, { effect: 'deny', subjects: [`user:${name}`] }), 'access_denied'],
]; // prettier-ignore

/** The reason for the end that the stream itself gives; null if it gives none. */
const reasonIn = ({ text }: Reader): string | null => /"reason":"(\w+)"/.exec(text)?.[1] ?? null;

describe.each(DISTANCES)('an open stream at $hops', ({ server, gateways }) => {
  describe.each(LOSSES)('when %s', (_, lose, reason) => {
    it.each(KINDS)("ends, and other users' streams go on (%s)", async (kind) => {
      const [user, other] = [harness.newUser(), harness.newUser()];
      const unharmed = await harness.begin(server, kind, other);
      const stream = await harness.begin(server, kind, user);
      lose(user, server);
      await stream.isLetGo();
      const isModern = kind.startsWith('modern');
      expect(await stream.ended()).toBe(isModern ? 'whole' : 'cut');
      expect(reasonIn(stream)).toBe(isModern ? reason : null);
      expect(unharmed.end).toBeNull();
      unharmed.response.destroy();
    });
  });

  it('ends even if only the last gateway has heard of the revocation', async () => {
    const user = harness.newUser();
    const stream = await harness.begin(server, 'legacy GET', user);
    harness.revoke(user, gateways.at(-1) ?? '');
    expect(await stream.ended()).toBe('cut');
    await stream.isLetGo();
  });

  it('is recorded with the reason for its end', async () => {
    const user = harness.newUser();
    const stream = await harness.begin(server, 'modern call', user);
    const parts = (): AuditPart[] =>
      gateways.flatMap((name) => harness.gateway(name).parts).filter((part) => part.user === user.name);
    harness.revoke(user);
    await stream.ended();
    await until(() => parts().filter(({ phase }) => phase === 'outcome').length === gateways.length);
    expect(mergeParts(parts())).toMatchObject({ status: 'error', reason: 'credentials_revoked' });
  });

  it('ends when its tool is denied while it runs', async () => {
    const user = harness.newUser();
    const stream = await harness.begin(server, 'modern call', user);
    harness.policy(`tool-${user.name}`, { effect: 'deny', subjects: [`user:${user.name}`], tools: ['get_*'] });
    await stream.isLetGo();
    expect(reasonIn(stream)).toBe('tool_denied');
  });

  it.each<[Kind, number]>([['legacy GET', 401], ['modern call', 401], ['legacy call', 401]])(
    'brings no answer if the token was revoked before the MCP server answered (%s)',
    async (kind, status) => {
      const user = harness.newUser();
      harness.upstream.script = (_, response) => {
        harness.revoke(user);
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: secret\n\n');
      };
      const answer = await collected(await harness.ask(server, REQUESTS[kind].request, user));
      expect([answer.status, answer.reason]).toEqual([status, 'credentials_revoked']);
      expect(answer.text).not.toContain('secret');
    },
  ); // prettier-ignore

  it('breaks off at a revocation even if it is JSON that trickles in', async () => {
    const user = harness.newUser();
    const head = { 'content-type': 'application/json' };
    const stream = await harness.read(server, REQUESTS['legacy call'].request, user, '{"jsonrpc":', head);
    await stream.has('{');
    harness.revoke(user);
    expect(await stream.ended()).toBe('cut');
    await stream.isLetGo();
  });
}); // prettier-ignore

const register = (name: string, change: Record<string, unknown>): void =>
  put('server', name, {
    name,
    url: harness.upstream.url,
    handlers: [{ gateway: name === 'near' ? 'aws' : 'azure', priority: 0 }],
    auth: { type: 'none' },
    timeouts: { connectMs: 1000, responseMs: 20_000, idleStreamMs: 20_000 },
    enabled: true,
    ...change,
  });

describe('an open stream to a server that changes', () => {
  const CHANGES: [string, (server: string) => void][] = [
    ['the server is disabled', (server) => register(server, { enabled: false })],
    ['the server is removed', (server) => harness.remove('server', server)],
  ];
  const MOVES: [string, (server: string) => void][] = [
    ['the server moves to the other gateway', (server) => register(server, { handlers: [{ gateway: server === 'near' ? 'azure' : 'aws', priority: 0 }] })],
    ['the server gets another URL', (server) => register(server, { url: `${harness.upstream.url}/new` })],
  ]; // prettier-ignore

  describe.each(DISTANCES)('at $hops', ({ server }) => {
    it.each(CHANGES)('breaks off when %s', async (_, change) => {
      const stream = await harness.begin(server, 'legacy GET', harness.newUser());
      change(server);
      expect(await stream.ended()).toBe('cut');
      harness.serve();
    });

    it.each(MOVES)(
      'when %s, ends properly where the client listens, and goes on to its end where it is a call',
      async (_, move) => {
        const user = harness.newUser();
        const call = await harness.begin(server, 'legacy call', user);
        const legacy = await harness.begin(server, 'legacy GET', user);
        const modern = await harness.begin(server, 'modern listen', user);
        move(server);
        expect([await legacy.ended(), await modern.ended()]).toEqual(['whole', 'whole']);
        expect(modern.text).not.toContain('"result"');
        call.held.end('data: result\n\n');
        expect(await call.ended()).toBe('whole');
        expect(call.text).toContain('data: result');
        harness.serve();
      },
    );
  });
});
