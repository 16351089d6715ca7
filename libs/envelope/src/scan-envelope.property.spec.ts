import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnvelopeError, MAX_REQUEST_DEPTH, scanEnvelope } from './index.js';

const VERSION = 'io.modelcontextprotocol/protocolVersion';

function verdict(body: Buffer): string {
  try {
    scanEnvelope(body);
    return 'accepted';
  } catch (error) {
    if (error instanceof EnvelopeError) return error.kind;
    throw error;
  }
}

/** An object as a list of members, so that keys may repeat; values are such lists or JSON values. */
type Members = [key: string, value: unknown][];
class Obj {
  constructor(readonly members: Members) {}
}

const escapedKey = (key: string): string =>
  key
    .split('')
    .map((c, i) => (i === 0 ? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}` : c))
    .join('');

/** Renders in the spelling that `odd` picks: white space, and the first letter of keys escaped. */
function render(value: unknown, odd: boolean): string {
  if (!(value instanceof Obj)) return JSON.stringify(value);
  const space = odd ? ' \r\n\t' : '';
  const members = value.members.map(
    ([key, v]) => `${space}"${odd ? escapedKey(key) : key}"${space}:${space}${render(v, odd)}`,
  );
  return `${space}{${members.join(`${space},`)}${space}}${space}`;
}

const spellings = (...keys: string[]) =>
  fc.constantFrom(...keys, ...keys, ...keys, keys[0]!.toUpperCase(), 'other', 'Other');
const scalar = fc.oneof(
  fc.constantFrom('2.0', 'tools/call', 'notifications/x', 'ping', '', 'a'),
  fc.constantFrom(null, true, 0, 1.5, -1e30),
  fc.constant([[]]),
);
const members = (key: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>, maxLength: number) =>
  fc.array(fc.tuple(key, value), { maxLength }).map((list) => new Obj(list));
const meta = members(spellings('progressToken', VERSION, 'traceparent'), scalar, 3);
const params = members(spellings('name', '_meta', 'uri'), fc.oneof(scalar, meta), 3);
const message = members(
  spellings('jsonrpc', 'id', 'method', 'params', 'result', 'error'),
  fc.oneof({ weight: 3, arbitrary: scalar }, { weight: 1, arbitrary: params }),
  4,
).map((drawn) => new Obj([['jsonrpc', '2.0'], ...drawn.members]));
const likely = fc
  .record({ id: scalar, method: fc.constantFrom('tools/call', 'ping', 'notifications/x'), params })
  .map(
    (m) =>
      new Obj([
        ['jsonrpc', '2.0'],
        ['id', m.id],
        ['method', m.method],
        ['params', m.params],
      ]),
  );

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const clear = ({ members: all }: Obj, known: string[]): boolean =>
  all.every(([key], i) => all.every(([other], j) => i === j || !same(key, other))) &&
  all.every(([key]) => known.includes(key) || !known.some((k) => same(k, key)));
const get = (object: Obj, key: string): unknown => object.members.find(([k]) => k === key)?.[1];

/** What an envelope must be, said the long way round. */
function acceptable(top: Obj): boolean {
  if (!clear(top, ['jsonrpc', 'id', 'method', 'params', 'result', 'error'])) return false;
  const [id, method] = [get(top, 'id'), get(top, 'method')];
  const has = (key: string): boolean => get(top, key) !== undefined;
  if (get(top, 'jsonrpc') !== '2.0' || (has('id') && typeof id !== 'string' && typeof id !== 'number'))
    return false;
  if (has('params') && !acceptableParams(get(top, 'params'))) return false;
  if (!has('method')) return has('result') ? has('id') && !has('error') : has('error');
  if (typeof method !== 'string' || has('result') || has('error')) return false;
  return method.startsWith('notifications/') !== has('id');
}

function acceptableParams(value: unknown): boolean {
  if (!(value instanceof Obj) || !clear(value, ['name', '_meta', 'uri'])) return false;
  const inner = get(value, '_meta');
  if (inner === undefined) return true;
  if (!(inner instanceof Obj) || !clear(inner, ['progressToken', VERSION, 'traceparent'])) return false;
  const claim = get(inner, VERSION);
  return claim === undefined || typeof claim === 'string';
}

const textOr = (value: unknown): string | null => (typeof value === 'string' ? value : null);

describe('scanEnvelope, against a reference', () => {
  it('accepts exactly the unambiguous messages, and reads them as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.oneof(message, likely), fc.boolean(), (top, odd) => {
        const body = Buffer.from(render(top, odd));
        expect(verdict(body)).toBe(acceptable(top) ? 'accepted' : 'invalid');
        if (!acceptable(top)) return;
        const parsed = JSON.parse(body.toString()) as Record<string, Record<string, unknown> | undefined>;
        const inner = parsed['params']?.['_meta'] as Record<string, unknown> | undefined;
        const envelope = scanEnvelope(body);
        expect(envelope).toMatchObject({
          method: parsed['method'] ?? null,
          name: textOr(parsed['params']?.['name']),
          uri: textOr(parsed['params']?.['uri']),
          protocolVersion: textOr(inner?.[VERSION]),
          era: inner?.[VERSION] === undefined ? 'legacy' : 'modern',
          traceparent: textOr(inner?.['traceparent']),
        });
        expect(envelope.idRaw === null ? undefined : JSON.parse(envelope.idRaw)).toBe(parsed['id']);
      }),
      { numRuns: 10_000 },
    );
  });

  it('accepts nothing that JSON.parse refuses and calls nothing unreadable that it takes, whatever character is put in, taken out or replaced', () => {
    const values = fc.json({ maxDepth: 4 });
    const char = fc.constantFrom(...'{}[]:,"\\/.-+019eEutfn \n\u0000\u001f\u00a0\u2028\ufeff'.split(''));
    const mutate = fc
      .tuple(values, fc.nat(), char, fc.constantFrom('in', 'out', 'instead'))
      .map(([text, place, c, how]) => {
        const whole = `{"jsonrpc":"2.0","id":-1.5E+3,"method":"x\\u0041","params":{"arguments":${text}}}`;
        const at = place % (whole.length + 1);
        return whole.slice(0, at) + (how === 'out' ? '' : c) + whole.slice(how === 'in' ? at : at + 1);
      });
    fc.assert(
      fc.property(mutate, (text) => {
        let readable = true;
        try {
          JSON.parse(text);
        } catch {
          readable = false;
        }
        const judged = verdict(Buffer.from(text));
        expect(judged).not.toBe(readable ? 'unreadable' : 'accepted');
      }),
      { numRuns: 20_000 },
    );
  });

  it('refuses random bytes, and always with an EnvelopeError', () => {
    const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes, (body) => {
        expect(verdict(body)).not.toBe('accepted');
      }),
      { numRuns: 5000 },
    );
  });

  it('counts nesting as written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 130 }), fc.boolean(), (depth, arrays) => {
        const [open, close] = arrays ? ['[', ']'] : ['{"a":', '}'];
        const value = `${open.repeat(depth)}${arrays ? '' : '1'}${close.repeat(depth)}`;
        const body = Buffer.from(`{"jsonrpc":"2.0","id":1,"method":"x","params":{"arguments":${value}}}`);
        expect(verdict(body)).toBe(depth + 2 <= MAX_REQUEST_DEPTH ? 'accepted' : 'unreadable');
      }),
    );
  });
});
