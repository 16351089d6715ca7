import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bearer, callOf, JSON_HEADERS, path, send } from '../../support/relay/raw-client.js';
import { answerJson } from '../../support/relay/scripted-server.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { TrapHarness } from './trap-harness.js';

const CALL = callOf('get_mail');

/** What undici tells of a connection that could not be made. */
interface ConnectError {
  error: Error;
}

let harness: TrapHarness;

beforeAll(async () => (harness = await TrapHarness.start()));
beforeEach(() => {
  harness.reset();
  harness.upstream.script = answerJson({ content: [] });
});
afterAll(() => harness?.stop());

const to = (target: string, headers: string[] = []): ReturnType<typeof send> =>
  send(harness.gateway('aws').url, {
    path: target,
    headers: [...bearer(harness.alice), ...JSON_HEADERS, ...headers],
    body: CALL,
  });

describe.each(DISTANCES)('targets at $hops', ({ server, gateways }) => {
  it.each([
    ['encoded slash', `/api/llm/mcp/x%2f..%2f${server}/server`],
    ['dot segments', `/api/llm/mcp/x/../${server}/server`],
    ['encoded dots', `/api/llm/mcp/x/%2e%2e/${server}/server`],
    ['upper case', `/api/llm/mcp/${server.toUpperCase()}/server`],
    ['trailing slash', `/api/llm/mcp/${server}/server/`],
    ['parameter', `/api/llm/mcp/${server};v=1/server`],
    ['doubled slash', `/api/llm/mcp//${server}/server`],
    ['encoded letter', `/api/llm/mcp/%${server.charCodeAt(0).toString(16)}${server.slice(1)}/server`],
    ['absolute form', `http://elsewhere.example.com${path(server)}`],
  ])('trap 24: another spelling of the path does not reach the server (%s)', async (_, target) => {
    const answer = await to(target);
    expect([answer.status, answer.reason]).toEqual([404, 'route_not_found']);
    expect(harness.upstream.seen).toEqual([]);
  });

  it("trap 24: the request has no say in the server's URL", async () => {
    const pointers = [
      'X-Forwarded-Host',
      'evil.example.com',
      'X-Original-URL',
      '/admin',
      'Forwarded',
      'host=evil',
    ];
    expect((await to(`${path(server)}?url=http://evil.example.com/`, pointers)).status).toBe(200);
    const registered = new URL(harness.upstream.url);
    expect(harness.upstream.seen).toMatchObject([
      { url: registered.pathname, headers: { host: registered.host } },
    ]);
  });

  it.each([301, 302, 303, 307, 308])(
    'trap 24: a redirect of the server is not followed (%i)',
    async (status) => {
      harness.upstream.script = ({ url }, response) =>
        void response.writeHead(url === '/mcp' ? status : 200, { location: '/elsewhere' }).end();
      const answer = await to(path(server));
      expect([answer.status, answer.reason]).toEqual([502, 'upstream_redirect']);
      expect(answer.headers.location).toBeUndefined();
      expect(harness.upstream.seen.map(({ url }) => url)).toEqual(['/mcp']);
    },
  );

  it.each([
    ['by address', 'http://169.254.0.9:9/mcp'],
    ['as a number', 'http://2851995657:9/mcp'],
    ['as IPv6', 'http://[fe80::9]:9/mcp'],
    ['as mapped IPv4', 'http://[::ffff:169.254.0.9]:9/mcp'],
    ['of another cloud', 'https://[fd00:ec2::254]/latest/'],
    ['through NAT64', 'http://[64:ff9b::a9fe:a9fe]:9/mcp'],
    ['through 6to4', 'http://[2002:a9fe:a9fe::]:9/mcp'],
  ])("trap 24: a registration cannot read the cloud's credentials from inside (%s)", async (_, url) => {
    const errors: string[] = [];
    const note = (event: unknown): void => void errors.push((event as ConnectError).error.message);
    subscribe('undici:client:connectError', note);
    harness.server(`inside-${server}`, gateways.at(-1) ?? '', url);
    const answer = await harness.ask(`inside-${server}`, CALL);
    unsubscribe('undici:client:connectError', note);
    expect([answer.status, answer.reason]).toEqual([502, 'destination_ip_prohibited']);
    expect(answer.text).not.toMatch(/169|fd00|fe80|a9fe/);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.filter((text) => !text.includes('ALLOWED_NETWORKS'))).toEqual([]);
  });
});
