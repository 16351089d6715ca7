import { describe, expect, it } from 'vitest';
import { EnvelopeError, filterListJson } from './index.js';

const onlyGet = (name: string): boolean => name.startsWith('get_');
const filter = (text: string): string => filterListJson(Buffer.from(text), onlyGet).bytes.toString();
const list = (tools: string, more = ''): string =>
  `{"jsonrpc":"2.0","id":1,"result":{"tools":[${tools}]${more}}}`;
const refusal = (text: string): string => {
  try {
    return filter(text);
  } catch (error) {
    if (error instanceof EnvelopeError) return `refused: ${error.kind}`;
    throw error;
  }
};

describe('filterListJson', () => {
  it.each([
    ['the first', '{"name":"rm"},{"name":"get_a"}', '{"name":"get_a"}'],
    ['the last', '{"name":"get_a"}, {"name":"rm"}', '{"name":"get_a"}'],
    ['one between', '{"name":"get_a"},{"name":"rm"},{"name":"get_b"}', '{"name":"get_a"},{"name":"get_b"}'],
    ['all', '{"name":"rm"},{"name":"del"}', ''],
    ['one whose name comes last and is escaped', '{"x":{"name":"get_a"},"name":"\\u0072m"}', ''],
  ])('cuts out %s', (_, tools, kept) => {
    expect(filter(list(tools))).toBe(list(kept));
  });

  it('leaves all bytes of what stays, be they ever so odd', () => {
    const odd = '{ "name" : "get_\\u0061", "big": 12345678901234567890.10, "e":1.0, "s":"\\/é" }';
    expect(filter(`  ${list(`${odd},{"name":"rm"}`, ', "nextCursor": "a" ')}\n`)).toBe(
      `  ${list(odd, ', "nextCursor": "a" ')}\n`,
    );
  });

  it.each(['{"name":"rm"}', '{"0":{"name":"rm"}}', '"rm"', 'null'])(
    'leaves nothing of tools that are no list: %s',
    (tools) => {
      expect(filter(`{"id":1,"result":{"tools":${tools},"ttlMs":5}}`)).toBe(
        '{"id":1,"result":{"tools":[],"ttlMs":5}}',
      );
    },
  );

  it('hands back the very buffer when nothing has to change', () => {
    const bytes = Buffer.from(list(' {"name":"get_a"} , {"name":"get_b"} ', ',"cacheScope":"private"'));
    const filtered = filterListJson(bytes, onlyGet);
    expect(filtered).toEqual({ bytes, changed: false });
    expect(filtered.bytes).toBe(bytes);
  });

  it.each([
    [
      'behind the list',
      list('{"name":"rm"}', ',"ttlMs":5,"cacheScope":"public"'),
      list('', ',"ttlMs":5,"cacheScope":"private"'),
    ],
    [
      'before the list',
      '{"result":{"cacheScope": "public","tools":[{"name":"rm"}]}}',
      '{"result":{"cacheScope": "private","tools":[]}}',
    ],
    [
      'of a list that stays whole',
      list('{"name":"get_a"}', ',"cacheScope":"public"'),
      list('{"name":"get_a"}', ',"cacheScope":"private"'),
    ],
    ['of an unknown value', list('', ',"cacheScope":7'), list('', ',"cacheScope":"private"')],
    ['that is not there', list('{"name":"rm"}', ',"ttlMs":5'), list('', ',"ttlMs":5')],
  ])('makes private a cacheScope %s', (_, before, after) => {
    expect(filter(before)).toBe(after);
  });

  it('leaves the cacheScope of other results', () => {
    const text = '{"id":1,"result":{"resources":[],"cacheScope":"public"}}';
    expect(filter(text)).toBe(text);
  });

  it.each([
    [
      'a call result',
      '{"id":1,"result":{"content":[{"name":"rm"}],"structuredContent":{"tools":[{"name":"rm"}]}}}',
    ],
    ['a request with tools', '{"id":1,"method":"sampling/createMessage","params":{"tools":[{"name":"rm"}]}}'],
    ['an error', '{"id":1,"error":{"data":{"tools":[{"name":"rm"}]}}}'],
    ['a result that is no object', '{"id":1,"result":null}'],
    ['a bare value', '7'],
  ])('passes %s', (_, text) => {
    expect(filter(text)).toBe(text);
  });
});

describe('filterListJson does not show a forbidden tool to a reader who', () => {
  it.each([
    ['takes the first of two names', '{"name":"rm","name":"get_a"}'],
    ['takes the last of two names', '{"name":"get_a","name":"rm"}'],
    ['ignores the case of keys', '{"name":"get_a","Name":"rm"}'],
    ['reads a name of another case only', '{"NAME":"rm"}'],
    ['takes text out of an array', '{"name":["rm"]}'],
    ['replaces unpaired surrogates', '{"name":"get_\\ud800"}'],
    ['needs no name', '{"title":"rm"}'],
    ['takes names alone', '"rm"'],
    ['expects nested lists', '[{"name":"get_a"}]'],
    ['takes an id for any', 'null'],
  ])('%s', (_, tool) => {
    expect(filter(list(tool))).toBe(list(''));
  });

  it.each([
    ['takes the first of two results', '{"result":{"tools":[{"name":"rm"}]},"result":{}}'],
    ['takes the last of two lists', '{"result":{"tools":[],"tools":[{"name":"rm"}]}}'],
    ['unescapes keys only here', '{"result":{"tools":[],"t\\u006fols":[{"name":"rm"}]}}'],
    ['ignores the case of tools', '{"result":{"Tools":[{"name":"rm"}]}}'],
    ['ignores the case of result', '{"RESULT":{"tools":[{"name":"rm"}]}}'],
  ])('%s: the message is refused', (_, text) => {
    expect(refusal(text)).toBe('refused: invalid');
  });

  it.each([
    ['stops at the first document', `${list('{"name":"get_a"}')}${list('{"name":"rm"}')}`],
    ['strips a byte order mark', `\ufeff${list('{"name":"rm"}')}`],
    ['forgives a trailing comma', list('{"name":"rm"},')],
    ['repairs a cut body', '{"result":{"tools":[{"name":"rm"}'],
  ])('%s: the bytes are refused', (_, text) => {
    expect(refusal(text)).toBe('refused: unreadable');
  });

  it('accepts batches of responses', () => {
    expect(filter(`[${list('{"name":"rm"}')},{"id":2,"result":{}}]`)).toBe(
      `[${list('')},{"id":2,"result":{}}]`,
    );
  });
});
