import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_TOKEN } from '../../support/settings.js';
import { AdminApi } from './admin-api.js';

let api: AdminApi;
beforeAll(async () => {
  api = await AdminApi.start();
  await api.post('/gateways', { name: 'aws', url: 'https://aws.example.com' });
});
afterAll(() => api.close());

const cursorOf = (key: unknown): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** The problem that a request is refused with, as far as it matters here. */
async function refusal(path: string, call: RequestInit = {}): Promise<unknown> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
  const answer = await fetch(`${api.url}/api/v1${path}`, { headers, ...call });
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.headers.get('cache-control')).toBe('private, no-store');
  const { status, errors = [] } = (await answer.json()) as { status: number; errors?: { field: string }[] };
  return [status, ...errors.map(({ field }) => field)];
}

const post = (path: string, body: unknown): Promise<unknown> =>
  refusal(path, { method: 'POST', body: JSON.stringify(body) });

const LISTS = [
  '/gateways',
  '/mcp-servers',
  '/users',
  '/groups',
  '/policies',
  '/tokens',
  '/gateways/aws/join-tokens',
];

describe('a cursor that nobody was given', () => {
  it.each(
    LISTS.concat('/audit', '/config/history').flatMap((list) => [
      [list, 'no base64'.repeat(50)],
      [list, cursorOf(null)],
      [list, cursorOf([])],
      [list, cursorOf([1])],
      [list, cursorOf(['a\0b', 'c'])],
      [list, cursorOf(Array.from({ length: 50 }, () => 'a'))],
      [list, Buffer.from(`${'['.repeat(5000)}${']'.repeat(5000)}`).toString('base64url')],
    ]),
  )('is refused by %s', async (list, cursor) => {
    expect(await refusal(`${list}?cursor=${encodeURIComponent(cursor)}`)).toEqual([422, 'cursor']);
  });

  it.each([
    ['/audit', ['+275760-09-13T00:00:00.000Z', 'a']],
    ['/audit', ['-000001-01-01T00:00:00.000Z', 'a']],
    ['/audit', ['Thu, 01 Jan 1970 00:00:00 GMT (x)', 'a']],
    ['/config/history', ['3000000000', '1']],
    ['/config/history', ['1', '-1']],
    ['/config/history', ['1', '1e3']],
    ['/config/history', ['NaN', '1']],
  ])('is refused by %s although it has the right form: %j', async (list, key) => {
    expect(await refusal(`${list}?cursor=${cursorOf(key)}`)).toEqual([422, 'cursor']);
  });
});

describe('a path', () => {
  it.each(LISTS.concat('/requests'))('that is too long is refused below %s', async (list) => {
    for (const length of [255, 3100, 14_000])
      expect([404, 400]).toContainEqual(((await refusal(`${list}/${'a'.repeat(length)}`)) as number[])[0]);
  });

  it.each(['%00', 'a%00b', '%ed%a0%80', '%', '%zz', '..%2f..', '%e2%80%ae'])(
    'that no name can have is refused: %s',
    async (name) => {
      for (const list of LISTS.concat('/requests')) {
        const [status] = (await refusal(`${list}/${name}`)) as number[];
        expect([list, status! >= 400 && status! < 500]).toEqual([list, true]);
      }
    },
  );

  it.each(['user', 'q', 'mcp_server', 'tool', 'from', 'limit', 'cursor', 'constructor', '__proto__', 'a[b]'])(
    'with a query that cannot be stored is refused: %s',
    async (name) => {
      const [status] = (await refusal(`/audit?${encodeURIComponent(name)}=%00`)) as number[];
      expect(status).toBe(422);
    },
  );
});

describe('a body that says one thing twice', () => {
  it.each([
    ['/gateways', '{"name":"a","url":"https://a.example.com","name":"b"}', 'name'],
    ['/gateways', '{"name":"a","url":"https://a.example.com","labels":{"x":"1","\\u0078":"2"}}', 'labels.x'],
    ['/users', '{"name":"a","roles":[],"roles":["admin"]}', 'roles'],
    ['/tokens', '{"user":"a","scope":{"servers":["a"],"servers":["*"]}}', 'scope.servers'],
  ])('is refused, because readers disagree about it: %s %s', async (path, body, field) => {
    expect(await refusal(path, { method: 'POST', body })).toEqual([422, field]);
  });
});

/** A text that PostgreSQL cannot store is named by its own path. */
const LABEL = expect.stringMatching(/^labels|^cl/) as string;

describe('a name with characters that are not seen', () => {
  it.each(['\u0001', '\u007f', '\u009f', '\u202e', '\u200b', '\ufeff', '\n', '\0'])(
    'is refused: %j',
    async (odd) => {
      const url = 'https://odd.example.com';
      expect(await post('/users', { name: `al${odd}ice` })).toEqual([422, 'name']);
      expect(await post('/users', { name: 'alice', displayName: `Al${odd}ice` })).toEqual([
        422,
        'displayName',
      ]);
      expect(await post('/groups', { name: `fin${odd}ance` })).toEqual([422, 'name']);
      expect(await post('/groups', { name: 'g', members: [`al${odd}ice`] })).toEqual([
        422,
        expect.stringMatching(/^members/),
      ]);
      expect(await post('/gateways', { name: 'odd', url, labels: { cloud: `a${odd}ws` } })).toEqual([
        422,
        LABEL,
      ]);
      expect(await post('/gateways', { name: 'odd', url, labels: { [`cl${odd}oud`]: 'aws' } })).toEqual([
        422,
        LABEL,
      ]);
      expect(await post('/tokens', { user: 'alice', name: `lap${odd}top` })).toEqual([422, 'name']);
      const policy = { name: 'p', effect: 'allow', servers: ['*'] };
      expect(await post('/policies', { ...policy, subjects: [`user:al${odd}ice`] })).toEqual([
        422,
        expect.stringContaining('subjects'),
      ]);
    },
  );
});
