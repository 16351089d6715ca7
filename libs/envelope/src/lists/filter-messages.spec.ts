import { describe, expect, it } from 'vitest';
import { EnvelopeError, filterMessages, type ListKind, type ListView } from '../index.js';

/** A caller who sees the tools `get_*`, all prompts, and no resources but the one that is named. */
const VIEW: ListView = {
  hides: (kind) => kind !== 'prompts',
  maySee: (kind, name) => (kind === 'tools' ? name.startsWith('get_') : name === 'a:visible'),
  isPrivate: (kind) => kind !== 'prompts',
  mayReadResources: false,
};
const OPEN: ListView = { ...VIEW, hides: () => false, maySee: () => true, mayReadResources: true };

const NOTHING = '(nothing)';
const filter = (text: string, view = VIEW): string =>
  filterMessages(Buffer.from(text), view)?.toString() ?? NOTHING;
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

describe('filterMessages', () => {
  it.each([
    ['the first', '{"name":"rm"},{"name":"get_a"}', '{"name":"get_a"}'],
    ['the last', '{"name":"get_a"}, {"name":"rm"}', '{"name":"get_a"}'],
    ['one between', '{"name":"get_a"},{"name":"rm"},{"name":"get_b"}', '{"name":"get_a"},{"name":"get_b"}'],
    ['all', '{"name":"rm"},{"name":"del"}', ''],
    ['one whose name comes last and is escaped', '{"x":{"name":"get_a"},"name":"\\u0072m"}', ''],
  ])('cuts out %s', (_, tools, kept) => {
    expect(filter(list(tools))).toBe(list(kept));
  });

  it('keeps every byte of what stays, however it is written', () => {
    const odd = '{ "name" : "get_\\u0061", "big": 12345678901234567890.10, "e":1.0, "s":"\\/é" }';
    expect(filter(`  ${list(`${odd},{"name":"rm"}`, ', "nextCursor": "a" ')}\n`)).toBe(
      `  ${list(odd, ', "nextCursor": "a" ')}\n`,
    );
  });

  it.each(['{"name":"rm"}', '{"0":{"name":"rm"}}', '"rm"', 'null'])(
    'empties tools that are not a list: %s',
    (tools) => {
      expect(filter(`{"id":1,"result":{"tools":${tools},"ttlMs":5}}`)).toBe(
        '{"id":1,"result":{"tools":[],"ttlMs":5}}',
      );
    },
  );

  it('returns the same buffer when nothing has to change', () => {
    const bytes = Buffer.from(list(' {"name":"get_a"} , {"name":"get_b"} ', ',"cacheScope":"private"'));
    expect(filterMessages(bytes, VIEW)).toBe(bytes);
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
      'of a list that is not cut',
      list('{"name":"get_a"}', ',"cacheScope":"public"'),
      list('{"name":"get_a"}', ',"cacheScope":"private"'),
    ],
    ['that has an unknown value', list('', ',"cacheScope":7'), list('', ',"cacheScope":"private"')],
    ['only if there is one', list('{"name":"rm"}', ',"ttlMs":5'), list('', ',"ttlMs":5')],
  ])('turns a cacheScope private %s', (_, before, after) => {
    expect(filter(before)).toBe(after);
  });

  it.each([
    ['of other results', '{"id":1,"result":{"content":[],"cacheScope":"public"}}'],
    ['of a list that is the same for everybody', '{"id":1,"result":{"prompts":[{}],"cacheScope":"public"}}'],
    ['beside the result', '{"id":1,"cacheScope":"public","result":{"tools":[]}}'],
  ])('does not touch the cacheScope %s', (_, text) => {
    expect(filter(text)).toBe(text);
  });

  it('turns the cacheScope private if this caller sees the whole list but others do not', () => {
    const before = list('{"name":"rm"},7', ',"cacheScope":"public"');
    expect(filter(before, OPEN)).toBe(list('{"name":"rm"},7', ',"cacheScope":"private"'));
  });

  it.each<[ListKind, string]>([
    ['resources', 'uri'],
    ['resourceTemplates', 'uriTemplate'],
  ])('identifies %s by their %s', (kind, key) => {
    const items = (...names: string[]): string =>
      names.map((name) => `{"name":"x","${key}":"${name}"}`).join();
    const of = (text: string): string => `{"id":1,"result":{"${kind}":[${text}]}}`;
    expect(filter(of(items('a:hidden', 'a:visible', 'b')))).toBe(of(items('a:visible')));
    expect(filter(of(`{"name":"a:visible"},{"${key.toUpperCase()}":"a:visible"}`))).toBe(of(''));
  });

  it('does not touch a list of which nobody is refused anything', () => {
    const text = '{"id":1,"result":{"prompts":{"name":["x"]},"cacheScope":"public"}}';
    expect(filter(text)).toBe(text);
  });

  it('filters each of several lists in one result', () => {
    expect(
      filter('{"result":{"resources":[{}],"cacheScope":"public","tools":[{"name":"rm"}],"prompts":[1]}}'),
    ).toBe('{"result":{"resources":[],"cacheScope":"private","tools":[],"prompts":[1]}}');
  });

  it.each([
    [
      'a call result',
      '{"id":1,"result":{"content":[{"name":"rm"}],"structuredContent":{"tools":[{"name":"rm"}]}}}',
    ],
    ['a request with tools', '{"id":1,"method":"sampling/createMessage","params":{"tools":[{"name":"rm"}]}}'],
    ['an error', '{"id":1,"error":{"data":{"tools":[{"name":"rm"}]}}}'],
    ['a result that is not an object', '{"id":1,"result":null}'],
    ['a bare value', '7'],
  ])('passes %s', (_, text) => {
    expect(filter(text)).toBe(text);
  });
});

describe('filterMessages does not show a forbidden tool to a reader who', () => {
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
    ['takes null for any tool', 'null'],
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
    ['repairs a body that is cut off', '{"result":{"tools":[{"name":"rm"}'],
  ])('%s: the bytes are refused', (_, text) => {
    expect(refusal(text)).toBe('refused: unreadable');
  });

  it('accepts batches of responses', () => {
    expect(filter(`[${list('{"name":"rm"}')},{"id":2,"result":{}}]`)).toBe(
      `[${list('')},{"id":2,"result":{}}]`,
    );
  });
});

const news = (method = 'notifications/resources/updated'): string =>
  `{"jsonrpc":"2.0","method":"${method}","params":{"uri":"a:b"}}`;

describe('a notification that a resource was updated', () => {
  const other = '{"id":2,"result":{}}';

  it.each([
    ['is dropped', news(), NOTHING],
    ['is dropped however it is spelled', news('notifications\\u002fresources/updated'), NOTHING],
    ['is dropped from a batch', `[ ${other}, ${news()} ,${list('{"name":"rm"}')}]`, `[${other},${list('')}]`],
    ['is dropped with its batch if nothing else is in it', `[${news()},${news()}]`, NOTHING],
    ['is not confused with the change of a list', news('notifications/resources/list_changed'), null],
    ['is not confused with a method in another case', news('Notifications/resources/updated'), null],
    ['is not confused with a request that mentions it', '{"id":1,"method":"ping","params":{"method":"notifications/resources/updated"}}', null],
  ])('%s', (_, text, expected) => {
    expect(filter(text)).toBe(expected ?? text);
    expect(filter(text, OPEN)).toBe(text);
  }); // prettier-ignore

  it('is refused if it has two methods', () => {
    expect(refusal(news('x","method":"notifications/resources/updated'))).toBe('refused: invalid');
  });
});
