import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { members, Obj, spelling, write } from '../../../../test/support/json/json-tree.js';
import { holds, PATIENTLY } from '../../../../test/support/holds.js';
import { type Envelope, EnvelopeError, MAX_REQUEST_DEPTH, scanEnvelope } from '../index.js';

const MCP = 'io.modelcontextprotocol/';
const CLAIM = `${MCP}protocolVersion`;
const CLIENT = `${MCP}clientInfo`;
const TOP = ['jsonrpc', 'id', 'method', 'params', 'result', 'error'];
const PARAMS = [
  'name',
  '_meta',
  'uri',
  'taskId',
  'protocolVersion',
  'clientInfo',
  'arguments',
  'cursor',
  'task',
];
const META = [CLAIM, CLIENT, 'progressToken', 'traceparent', 'tracestate', 'baggage'];

function scanned(body: Buffer): Envelope | EnvelopeError {
  try {
    return scanEnvelope(body);
  } catch (error) {
    if (error instanceof EnvelopeError) return error;
    throw error;
  }
}

function verdict(body: Buffer): string {
  const result = scanned(body);
  return result instanceof EnvelopeError ? result.kind : 'accepted';
}

const ODD_KEYS = ['other', 'Other', 'a\0', '\ud800', 'tas\u212aId', 'j\u017fonrpc', 'é'];
/** Mostly keys of this level, some of them in another case, some that no reader knows. */
const keys = (known: string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...known) },
    { weight: 1, arbitrary: fc.constantFrom(...known.map((key) => key.toUpperCase())) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_KEYS) },
  );
const text = fc.oneof(
  fc.constantFrom(
    '2.0',
    'tools/call',
    'initialize',
    'notifications/x',
    'ping',
    '',
    'é',
    '\ud83d\ude00',
    'x\\"',
  ),
  { weight: 1, arbitrary: fc.constantFrom('x\ud800', '\udc00') },
);
const scalar = fc.oneof(
  { weight: 4, arbitrary: text },
  fc.constantFrom(null, true, 0, 1.5, -1e30),
  fc.constant([[]]),
);
const client = members(fc.constantFrom('name', 'version', 'title'), scalar, 3);
const meta = members(keys(META), fc.oneof({ weight: 3, arbitrary: scalar }, client), 3);
const params = members(keys(PARAMS), fc.oneof({ weight: 3, arbitrary: scalar }, meta, client), 4);
const message = members(keys(TOP), fc.oneof({ weight: 3, arbitrary: scalar }, params), 4).map(
  (drawn) => new Obj([['jsonrpc', '2.0'], ...drawn.members]),
);
const likely = fc
  .record({ id: scalar, method: fc.constantFrom('tools/call', 'initialize', 'ping', 'x'), params })
  .map((m) => new Obj([['jsonrpc', '2.0'], ['id', m.id], ['method', m.method], ['params', m.params]])); // prettier-ignore
const any = fc.oneof(message, { weight: 2, arbitrary: likely });

const same = (a: string, b: string): boolean =>
  new RegExp(`^${a.replaceAll(/[./]/g, String.raw`\$&`)}$`, 'iu').test(b);
/** No reader can take one key for another. */
const isClear = ({ members: all }: Obj, known: string[]): boolean =>
  all.every(([key], i) => all.every(([other], j) => i === j || !same(key, other))) &&
  all.every(([key]) => known.includes(key) || !known.some((k) => same(k, key))) &&
  all.every(([key]) => key.isWellFormed() && !key.includes('\0'));
const areWellFormed = (...values: unknown[]): boolean =>
  values.every((value) => typeof value !== 'string' || value.isWellFormed());

/** What an envelope must be, said the long way round. */
function isAcceptable(top: Obj): boolean {
  const [id, method] = [top.get('id'), top.get('method')];
  if (!isClear(top, TOP) || !areWellFormed(method) || top.get('jsonrpc') !== '2.0') return false;
  if (top.has('id') && typeof id !== 'string' && typeof id !== 'number') return false;
  if (top.has('params') && !areAcceptableParams(top.get('params'))) return false;
  const [hasResult, hasError] = [top.has('result'), top.has('error')];
  if (!top.has('method')) return hasResult ? top.has('id') && !hasError : hasError;
  if (typeof method !== 'string' || hasResult || hasError) return false;
  if (!/^[\w$.:/@-]+$/.test(method)) return false;
  return method.startsWith('notifications/') !== top.has('id');
}

function areAcceptableParams(value: unknown): boolean {
  if (!(value instanceof Obj) || !isClear(value, PARAMS)) return false;
  const read = ['name', 'uri', 'taskId', 'protocolVersion'].map((key) => value.get(key));
  if (!areWellFormed(...read)) return false;
  const inner = value.get('_meta');
  if (inner === undefined) return true;
  if (!(inner instanceof Obj) || !isClear(inner, META)) return false;
  const claim = inner.get(CLAIM);
  if (claim !== undefined && typeof claim !== 'string') return false;
  return areWellFormed(claim, inner.get('traceparent'), inner.get('tracestate'));
}

type Json = Record<string, unknown>;
const textOr = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const clientOr = (value: unknown) => {
  const said = value as Json | null | undefined;
  const name = textOr(said?.['name']);
  return name === null ? null : { name, version: textOr(said?.['version']) };
};

/** What the message means to a reader that has it as a value. */
function meaningOf(parsed: Json) {
  const given = (parsed['params'] ?? {}) as Json;
  const inner = (given['_meta'] ?? {}) as Json;
  const method = textOr(parsed['method']);
  const ofInitialize = method === 'initialize' ? given : {};
  const kind = method?.startsWith('notifications/')
    ? 'notification'
    : method === null
      ? 'response'
      : 'request';
  return {
    kind,
    method,
    era: inner[CLAIM] === undefined ? 'legacy' : 'modern',
    name: textOr(given['name']),
    uri: textOr(given['uri']),
    taskId: textOr(given['taskId']),
    protocolVersion: textOr(inner[CLAIM]) ?? textOr(ofInitialize['protocolVersion']),
    client: clientOr(CLIENT in inner ? inner[CLIENT] : ofInitialize['clientInfo']),
    traceparent: textOr(inner['traceparent']),
    tracestate: textOr(inner['tracestate']),
  };
}

/** The same, as the scanner has it. */
function meaningIn(envelope: Envelope) {
  const {
    kind,
    method,
    era,
    name,
    uri,
    taskId,
    protocolVersion,
    client: said,
    traceparent,
    tracestate,
  } = envelope;
  return { kind, method, era, name, uri, taskId, protocolVersion, client: said, traceparent, tracestate };
}

const valueOf = (raw: string | null): unknown => (raw === null ? undefined : JSON.parse(raw));

function isReadable(body: Buffer): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
    return true;
  } catch {
    return false;
  }
}

describe('scanEnvelope, against a reference', PATIENTLY, () => {
  it('accepts exactly the unambiguous messages, and reads them as JSON.parse does', () => {
    holds(
      4000,
      fc.property(any, spelling, (top, how) => {
        const body = Buffer.from(write(top, how));
        const result = scanned(body);
        expect(result instanceof EnvelopeError ? result.kind : 'accepted').toBe(
          isAcceptable(top) ? 'accepted' : 'invalid',
        );
        if (result instanceof EnvelopeError) return;
        const parsed = JSON.parse(body.toString()) as Json;
        expect(meaningIn(result)).toEqual(meaningOf(parsed));
        expect(valueOf(result.idRaw)).toBe(parsed['id']);
        const inner = (parsed['params'] as Json | undefined)?.['_meta'] as Json | undefined;
        expect(valueOf(result.progressTokenRaw)).toEqual(inner?.['progressToken']);
      }),
    );
  });

  it('reports where each value is: the bytes there hold what it read', () => {
    holds(
      2000,
      fc.property(any, spelling, (top, how) => {
        const body = Buffer.from(write(top, how));
        const result = scanned(body);
        if (result instanceof EnvelopeError) return;
        const parsed = JSON.parse(body.toString()) as Json;
        const at = (span: { start: number; end: number } | null): unknown =>
          span === null ? undefined : JSON.parse(body.toString('utf8', span.start, span.end));
        const { spans } = result;
        const { id, method, params: whole } = spans;
        expect([at(id), at(method), at(whole)]).toEqual([parsed['id'], parsed['method'], parsed['params']]);
        expect(at(spans.meta)).toEqual((parsed['params'] as Json | undefined)?.['_meta']);
      }),
    );
  });

  it('agrees with JSON.parse on what is JSON, whatever bytes are added, removed or replaced', () => {
    const beyondAscii = fc.constantFrom('"é\u2028"', '["\u{1f600}","\\ud83d"]', '{"ß":1}');
    const value = fc.oneof(fc.json({ maxDepth: 4 }), beyondAscii);
    const syntax = Buffer.from('{}[]:,"\\/.-+019eEutfn \n\0\x1f\u00a0\u2028\ufeff');
    const byte = fc.oneof(fc.constantFrom(...syntax), fc.nat({ max: 255 }));
    const change = fc.tuple(fc.nat(), byte, fc.constantFrom('in', 'out', 'instead'));
    holds(
      4000,
      fc.property(value, fc.array(change, { maxLength: 2 }), (json, changes) => {
        const whole = `{"jsonrpc":"2.0","id":-1.5E+3,"method":"x\\u0041é","params":{"arguments":${json}}}`;
        const body = changes.reduce(changed, Buffer.from(whole));
        expect(verdict(body)).not.toBe(isReadable(body) ? 'unreadable' : 'accepted');
      }),
    );
  });

  it('sees every byte of a long text', () => {
    const odd = fc.constantFrom(
      '"',
      '\\',
      '\\u',
      '\0',
      '\x1f',
      '\x7f',
      'é',
      '\ud83d\ude00',
      '\\n',
      ' ',
      '\x80',
    );
    holds(
      2000,
      fc.property(
        fc.nat({ max: 700 }),
        odd,
        fc.nat({ max: 9 }),
        fc.boolean(),
        (before, character, after, latin) => {
          const json = `{"jsonrpc":"2.0","id":1,"method":"x","params":{"name":"${'a'.repeat(before)}${character}${'b'.repeat(after)}"}}`;
          // In a body of its own, and at an odd place of a shared one.
          const body = Buffer.concat([
            Buffer.from('x'),
            Buffer.from(json, latin ? 'latin1' : 'utf8'),
          ]).subarray(1);
          expect(verdict(body)).toBe(isReadable(body) ? 'accepted' : 'unreadable');
        },
      ),
    );
  });

  it('refuses random bytes, and always with an EnvelopeError', () => {
    const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
    holds(
      2000,
      fc.property(bytes, (body) => {
        expect(verdict(body)).not.toBe('accepted');
      }),
    );
  });

  it('counts nested containers of either kind', () => {
    holds(
      100,
      fc.property(fc.integer({ min: 1, max: 130 }), fc.boolean(), (depth, arrays) => {
        const [open, close] = arrays ? ['[', ']'] : ['{"a":', '}'];
        const value = `${open.repeat(depth)}${arrays ? '' : '1'}${close.repeat(depth)}`;
        const body = Buffer.from(`{"jsonrpc":"2.0","id":1,"method":"x","params":{"arguments":${value}}}`);
        expect(verdict(body)).toBe(depth + 2 <= MAX_REQUEST_DEPTH ? 'accepted' : 'unreadable');
      }),
    );
  });
});

function changed(body: Buffer, [place, byte, how]: [number, number, string]): Buffer {
  const at = place % (body.length + 1);
  const fresh = how === 'out' ? [] : [byte];
  return Buffer.concat([body.subarray(0, at), Buffer.from(fresh), body.subarray(how === 'in' ? at : at + 1)]);
}
