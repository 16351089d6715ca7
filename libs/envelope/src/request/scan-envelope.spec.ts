import { describe, expect, it } from 'vitest';
import { EnvelopeError, scanEnvelope } from '../index.js';

const scan = (text: string) => scanEnvelope(Buffer.from(text));

/** Kind of the refusal, or `accepted`. */
function verdict(body: string | Buffer): string {
  try {
    scanEnvelope(typeof body === 'string' ? Buffer.from(body) : body);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error;
    return error.kind;
  }
}

const call = (params: string): string => `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`;
const nested = (depth: number): string => call(`{"arguments":${'['.repeat(depth)}${']'.repeat(depth)}}`);

describe('scanEnvelope', () => {
  it('reads a legacy tool call with the places of its values', () => {
    const text =
      ' {"jsonrpc":"2.0", "id": 7 ,"method":"tools/call","params":{"name":"get_x","arguments":{"a":[1]}}}\n';
    const envelope = scan(text);
    expect(envelope).toMatchObject({
      kind: 'request',
      idRaw: '7',
      method: 'tools/call',
      era: 'legacy',
      name: 'get_x',
    });
    const slice = (span: { start: number; end: number } | null) => text.slice(span?.start, span?.end);
    expect(slice(envelope.spans.id)).toBe('7');
    expect(slice(envelope.spans.method)).toBe('"tools/call"');
    expect(slice(envelope.spans.name)).toBe('"get_x"');
    expect(slice(envelope.spans.params)).toBe('{"name":"get_x","arguments":{"a":[1]}}');
  });

  it('reads what a modern message says of itself in _meta', () => {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'inspector', version: '3' },
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      progressToken: 12,
    };
    const text = call(JSON.stringify({ name: 'x', _meta: meta }));
    expect(scan(text)).toMatchObject({
      era: 'modern',
      protocolVersion: '2026-07-28',
      client: { name: 'inspector', version: '3' },
      traceparent: meta.traceparent,
      progressTokenRaw: '12',
    });
  });

  it('reads version and client of a legacy initialize', () => {
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'fastmcp', version: '3.1' },
    };
    expect(scan(JSON.stringify({ jsonrpc: '2.0', id: 'a', method: 'initialize', params }))).toMatchObject({
      era: 'legacy',
      idRaw: '"a"',
      protocolVersion: '2025-11-25',
      client: { name: 'fastmcp', version: '3.1' },
    });
  });

  it.each([
    ['resources/read', '{"uri":"file:///a"}', { uri: 'file:///a' }],
    ['tasks/get', '{"taskId":"t1"}', { taskId: 't1' }],
    ['prompts/get', '{"name":"p"}', { name: 'p' }],
    ['x/y', '{"name":5,"uri":null}', { name: null, uri: null }],
  ])('reads the target of %s', (method, params, target) => {
    expect(scan(`{"jsonrpc":"2.0","id":1,"method":"${method}","params":${params}}`)).toMatchObject(target);
  });

  it.each([
    ['0', '0'],
    ['""', '""'],
    ['-1.50e+2', '-1.50e+2'],
    ['12345678901234567890123', '12345678901234567890123'],
    ['"\\u0061"', '"\\u0061"'],
  ])('keeps the id %s exactly as written', (id, raw) => {
    expect(scan(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`).idRaw).toBe(raw);
  });

  it.each([
    ['a result', '{"jsonrpc":"2.0","id":3,"result":{}}', 'response'],
    ['an error', '{"jsonrpc":"2.0","id":3,"error":{"code":1,"message":""}}', 'response'],
    ['an error for a request whose id was unreadable', '{"jsonrpc":"2.0","error":{}}', 'response'],
    ['a notification', '{"jsonrpc":"2.0","method":"notifications/initialized"}', 'notification'],
    ['a request', '{"jsonrpc":"2.0","id":1,"method":"ping"}', 'request'],
  ])('recognises %s', (_, text, kind) => {
    expect(scan(text).kind).toBe(kind);
  });

  it('decides on decoded text: an escaped method is the method it spells', () => {
    expect(scan('{"jsonrpc":"2.0","\\u0069d":1,"m\\u0065thod":"tools\\u002fcall"}').method).toBe(
      'tools/call',
    );
  });

  it.each(['com.example/render', '$/cancelRequest', 'x', 'Vendor/Do_It', 'acme:tool@2', 'logging/setLevel'])(
    'takes the method %j of a vendor as it is',
    (method) => {
      expect(scan(JSON.stringify({ jsonrpc: '2.0', id: 1, method })).method).toBe(method);
    },
  );

  it.each([
    '',
    ' tools/call',
    'tools/call ',
    'tools/call\0',
    'tools/ca\u017f',
    'tools\\call',
    'a*',
    'Tools/Call',
    'PING',
  ])('refuses the method %j, which another reader could take for one that a policy denies', (method) => {
    expect(() => scan(JSON.stringify({ jsonrpc: '2.0', id: 1, method }))).toThrow(/^invalid: method/);
  });
});

describe('scanEnvelope refuses', () => {
  it.each([
    ['a batch that hides a forbidden call', `[${call('{"name":"evil"}')}]`, 'batch'],
    ['an empty batch', '[]', 'batch'],
    ['a second document behind the first', `${call('{}')}${call('{"name":"evil"}')}`, 'unreadable'],
    ['a second line of JSON', `${call('{}')}\n{}`, 'unreadable'],
    ['the tool named twice', call('{"name":"ok","name":"evil"}'), 'invalid'],
    ['the tool named twice, once escaped', call('{"name":"ok","n\\u0061me":"evil"}'), 'invalid'],
    ['the tool named twice in other cases', call('{"name":"ok","Name":"evil"}'), 'invalid'],
    ['the tool named in another case only', call('{"NAME":"evil"}'), 'invalid'],
    ['a key with the Kelvin sign for k', call('{"tas\u212aId":"t"}'), 'invalid'],
    ['a key with a long s', `{"j\u017fonrpc":"2.0","id":1,"method":"ping"}`, 'invalid'],
    ['two unknown keys that differ by case', call('{"x":1,"X":2}'), 'invalid'],
    ['two unknown keys, one escaped', call('{"x":1,"\\u0078":2}'), 'invalid'],
    ['the method twice', '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}', 'invalid'],
    ['a method beside a result', '{"jsonrpc":"2.0","id":1,"result":{},"method":"tools/call"}', 'invalid'],
    [
      'a folded method beside a result',
      '{"jsonrpc":"2.0","id":1,"result":{},"METHOD":"tools/call"}',
      'invalid',
    ],
    ['two params', call('{"name":"ok"},"params":{"name":"evil"}'), 'invalid'],
    [
      'two versions claimed',
      call(
        '{"_meta":{"io.modelcontextprotocol/protocolVersion":"a","io.modelcontextprotocol/protocolVersion":"b"}}',
      ),
      'invalid',
    ],
    [
      'a version claim that is not a string',
      call('{"_meta":{"io.modelcontextprotocol/protocolVersion":1}}'),
      'invalid',
    ],
    ['NUL at the end of a key', call('{"name\\u0000":"evil"}'), 'invalid'],
    ['an unpaired surrogate in a key', call('{"\\ud800":1}'), 'invalid'],
    ['an unpaired surrogate in the tool', call('{"name":"a\\udc00"}'), 'invalid'],
    ['a byte order mark', `\ufeff${call('{}')}`, 'unreadable'],
    [
      'a tool call posing as a notification',
      '{"jsonrpc":"2.0","method":"tools/call","params":{"name":"evil"}}',
      'invalid',
    ],
    ['a notification with an id', '{"jsonrpc":"2.0","id":1,"method":"notifications/x"}', 'invalid'],
    ['an id of null', '{"jsonrpc":"2.0","id":null,"method":"ping"}', 'invalid'],
    ['an id of true', '{"jsonrpc":"2.0","id":true,"method":"ping"}', 'invalid'],
    ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"ping"}', 'invalid'],
    ['another version of JSON-RPC', '{"jsonrpc":"1.0","id":1,"method":"ping"}', 'invalid'],
    ['no version of JSON-RPC', '{"id":1,"method":"ping"}', 'invalid'],
    ['a method that is not a string', '{"jsonrpc":"2.0","id":1,"method":["tools/call"]}', 'invalid'],
    ['params in an array', call('["evil"]'), 'invalid'],
    ['_meta that is not an object', call('{"_meta":[]}'), 'invalid'],
    ['neither method nor result', '{"jsonrpc":"2.0","id":1}', 'invalid'],
    ['a result and an error', '{"jsonrpc":"2.0","id":1,"result":{},"error":{}}', 'invalid'],
    ['a bare string', '"tools/call"', 'invalid'],
    ['an empty body', ' ', 'unreadable'],
    ['nesting that exhausts a stack', nested(100_000), 'unreadable'],
    ['nesting one level too deep', nested(63), 'unreadable'],
    ['a comment', call('{/**/}'), 'unreadable'],
    ['a trailing comma', call('{"name":"a",}'), 'unreadable'],
    ['single quotes', call("{'name':'a'}"), 'unreadable'],
    ['NaN', call('{"a":NaN}'), 'unreadable'],
    ['a hexadecimal number', call('{"a":0x1}'), 'unreadable'],
    ['a leading zero', call('{"a":01}'), 'unreadable'],
    ['a bare minus', call('{"a":-}'), 'unreadable'],
    ['a raw newline in a string', call('{"a":"\n"}'), 'unreadable'],
    ['an unknown escape', call('{"a":"\\x41"}'), 'unreadable'],
    ['a short escape', call('{"a":"\\u00g0"}'), 'unreadable'],
    ['an unterminated string', '{"jsonrpc":"2.0', 'unreadable'],
    ['an unterminated escape', '{"jsonrpc":"2.0\\', 'unreadable'],
    ['white space that JSON does not have', `${call('{}')}\u00a0`, 'unreadable'],
  ])('%s', (_, body, kind) => {
    expect(verdict(body)).toBe(kind);
  });

  it.each([
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate in UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['Latin-1', [0x22, 0xe4, 0x22]],
  ])('invalid UTF-8: %s', (_, bytes) => {
    const body = Buffer.concat([
      Buffer.from('{"jsonrpc":"2.0","id":1,"method":'),
      Buffer.from(bytes),
      Buffer.from('}'),
    ]);
    expect(verdict(body)).toBe('unreadable');
  });
});

describe('scanEnvelope accepts what only looks suspicious:', () => {
  it.each([
    ['nesting at the limit', nested(62)],
    [
      'keys repeated inside of arguments, which are the business of the MCP server',
      call('{"arguments":{"a":1,"a":2}}'),
    ],
    [
      'unknown members on every level',
      '{"jsonrpc":"2.0","id":1,"method":"x","params":{"a":{"_meta":1},"_meta":{"b/c":1}},"z":[]}',
    ],
    ['a thousand unknown keys', call(`{${Array.from({ length: 1000 }, (_, i) => `"k${i}":0`).join()}}`)],
    ['an unpaired surrogate in arguments', call('{"arguments":{"a":"\\ud83d"}}')],
  ])('%s', (_, body) => {
    expect(verdict(body)).toBe('accepted');
  });
});
