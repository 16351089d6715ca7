import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, PATIENTLY } from '../../../../test/support/holds.js';
import { members, Obj, spelling, write } from '../../../../test/support/json/json-tree.js';
import { listBody, listView } from '../../../../test/support/lists/list-bodies.js';
import { visibleBody } from '../../../../test/support/lists/list-reference.js';
import { EnvelopeError, filterMessages, LIST_KINDS, type ListView } from '../index.js';

const parsed = (bytes: Buffer | null): unknown =>
  bytes === null ? undefined : (JSON.parse(bytes.toString()) as unknown);

describe('filterMessages, against a reference', PATIENTLY, () => {
  it('keeps exactly what the caller may see, and every byte of the rest', () => {
    holds(
      2000,
      fc.property(listBody, listView, spelling, (body, view, how) => {
        const bytes = Buffer.from(write(body, how));
        const filtered = filterMessages(bytes, view);
        const expected = visibleBody(parsed(bytes), view);
        expect(parsed(filtered)).toEqual(expected);
        const isWhole = JSON.stringify(expected) === JSON.stringify(parsed(bytes));
        // An escaped `private` may be written anew.
        const isUntouched = filtered === bytes;
        expect(isUntouched).toBe(how.escapes === 0 ? isWhole : isUntouched && isWhole);
      }),
    );
  });

  it('changes nothing when it is applied a second time', () => {
    holds(
      500,
      fc.property(listBody, listView, spelling, (body, view, how) => {
        const once = filterMessages(Buffer.from(write(body, how)), view);
        expect(once === null ? null : filterMessages(once, view)).toBe(once);
      }),
    );
  });
});

const SECRET = 'secret_tool';
const inSomeCase = (word: string): fc.Arbitrary<string> =>
  fc.constantFrom(word, word, word, word.toUpperCase(), word.replace('s', '\u017f'));
const IDENTITY = { tools: 'name', prompts: 'name', resources: 'uri', resourceTemplates: 'uriTemplate' };
/** One member of a result: a list in which items are named in whatever way a lenient reader might accept. */
const secretList = fc.constantFrom(...LIST_KINDS).chain((kind) => {
  const item = fc.oneof(
    members(inSomeCase(IDENTITY[kind]), fc.constantFrom(SECRET, 'get_a'), 3),
    fc.constantFrom<unknown>(SECRET, [SECRET], new Obj([[IDENTITY[kind], [SECRET]]])),
  );
  const list = fc.oneof({ weight: 4, arbitrary: fc.array(item, { maxLength: 3 }) }, item);
  return fc.tuple(inSomeCase(kind), list);
});
const secretResult = fc.array(secretList, { maxLength: 3 }).map((lists) => new Obj(lists));
const secretMessage = members(inSomeCase('result'), fc.oneof(secretResult, fc.constant(null)), 2);

/** Text with all escapes of characters undone, so that a search finds what any reader would. */
const plain = (text: string): string =>
  text.replaceAll(/\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

const NO_SECRETS: ListView = {
  hides: () => true,
  maySee: (_, name) => name === 'get_a',
  isPrivate: () => true,
  mayReadResources: false,
};

/** What is left of a body, or null if it is refused as ambiguous. */
function left(body: Buffer): string | null {
  try {
    return plain(filterMessages(body, NO_SECRETS)?.toString() ?? '');
  } catch (error) {
    if (error instanceof EnvelopeError && error.kind === 'invalid') return null;
    throw error;
  }
}

describe('a hidden item', PATIENTLY, () => {
  it('is seen by no reader, whether it takes the first, the last or any of several keys, in whatever case', () => {
    const body = fc.oneof(secretMessage, fc.array(secretMessage, { maxLength: 2 }));
    let passed = 0;
    holds(
      2000,
      fc.property(body, spelling, (value, how) => {
        const rest = left(Buffer.from(write(value, how)));
        if (rest !== null) passed++;
        expect(rest ?? '').not.toContain(SECRET);
      }),
    );
    expect(passed).toBeGreaterThan(100);
  });
});
