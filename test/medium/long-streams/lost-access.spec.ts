import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mergeParts } from '#libs/audit';
import { tokenHash, type AuditPart } from '#libs/contract';
import { collected } from '../../support/relay/raw-client.js';
import { until, type HarnessUser } from '../../support/relay/gateway-harness.js';
import { DISTANCES, KINDS, REQUESTS, StreamHarness, type Kind, type Reader } from './stream-harness.js';

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

/** What takes the access away that an open stream was given, and the reason that it ends with. */
const LOSSES: [string, (user: HarnessUser, server: string) => void, string][] = [
  ['the token is revoked', (user) => harness.revoke(user), 'credentials_revoked'],
  ['the token is deleted', (user) => harness.remove('token', tokenHash(user.token)), 'credentials_invalid'],
  ['the token expires', (user) => token(user, { expiresAt: soon() }), 'credentials_expired'],
  ['the token is for other servers now', (user) => token(user, { scope: { servers: ['other'] } }), 'access_denied'],
  ['the user is disabled', ({ name }) => put('user', name, { name, groups: [], enabled: false }), 'principal_disabled'],
  ['the policy is removed', ({ name }) => harness.remove('policy', `own-${name}`), 'access_denied'],
  ['a denial is added', ({ name }) => harness.policy(`no-${name}`, { effect: 'deny', subjects: [`user:${name}`] }), 'access_denied'],
]; // prettier-ignore

/** Why this gateway says that the stream breaks off; null if it says nothing. */
const reasonIn = ({ text }: Reader): string | null => /"reason":"(\w+)"/.exec(text)?.[1] ?? null;

describe.each(DISTANCES)('an open stream at $hops', ({ server, gateways }) => {
  describe.each(LOSSES)('%s', (_, lose, reason) => {
    it.each(KINDS)('and the stream goes on (%s)', async (kind) => {
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

  it('a revocation that only the last gateway has heard of does not end the stream', async () => {
    const user = harness.newUser();
    const stream = await harness.begin(server, 'legacy GET', user);
    harness.revoke(user, gateways.at(-1) ?? '');
    expect(await stream.ended()).toBe('cut');
    await stream.isLetGo();
  });

  it('the record of a stream that was taken away says that nothing was executed', async () => {
    const user = harness.newUser();
    const stream = await harness.begin(server, 'modern call', user);
    const parts = (): AuditPart[] =>
      gateways.flatMap((name) => harness.gateway(name).parts).filter((part) => part.user === user.name);
    harness.revoke(user);
    await stream.ended();
    await until(() => parts().filter(({ phase }) => phase === 'outcome').length === gateways.length);
    expect(mergeParts(parts())).toMatchObject({ status: 'error', reason: 'credentials_revoked' });
  });

  it('a tool that was denied while it runs goes on answering', async () => {
    const user = harness.newUser();
    const stream = await harness.begin(server, 'modern call', user);
    harness.policy(`tool-${user.name}`, { effect: 'deny', subjects: [`user:${user.name}`], tools: ['get_*'] });
    await stream.isLetGo();
    expect(reasonIn(stream)).toBe('tool_denied');
  });

  it.each<[Kind, number]>([['legacy GET', 401], ['modern call', 401], ['legacy call', 401]])(
    'a token that was revoked before the MCP server answered still gets the answer (%s)',
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

  it('a JSON body that drips outlives the revocation', async () => {
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

describe('a server that changes under an open stream', () => {
  const CHANGES: [string, (server: string) => void][] = [
    ['it is disabled', (server) => register(server, { enabled: false })],
    ['it is removed', (server) => harness.remove('server', server)],
  ];
  const MOVES: [string, (server: string) => void][] = [
    ['it moves to the other gateway', (server) => register(server, { handlers: [{ gateway: server === 'near' ? 'azure' : 'aws', priority: 0 }] })],
    ['it gets another URL', (server) => register(server, { url: `${harness.upstream.url}/new` })],
  ]; // prettier-ignore

  describe.each(DISTANCES)('at $hops', ({ server }) => {
    it.each(CHANGES)('%s, and the stream breaks off', async (_, change) => {
      const stream = await harness.begin(server, 'legacy GET', harness.newUser());
      change(server);
      expect(await stream.ended()).toBe('cut');
      harness.register();
    });

    it.each(MOVES)('%s, and what listens ends in order, while a call goes on to its end', async (_, move) => {
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
      harness.register();
    });
  });
});
