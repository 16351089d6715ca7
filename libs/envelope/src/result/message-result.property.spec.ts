import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, PATIENTLY } from '../../../../test/support/holds.js';
import { Obj, spelling, write } from '../../../../test/support/json/json-tree.js';
import { cut, lineEnd, places } from '../../../../test/support/sse/sse-reference.js';
import { LIST_KINDS, watchResult } from '../index.js';

/** Text that a reader who looks for brackets, quotes and keys could trip over, short and long. */
const fragment = fc.constantFrom(
  '\\',
  '"',
  '{',
  '[',
  ']',
  '}',
  ':',
  ',',
  'é',
  'isError',
  'x'.repeat(40),
  '\n',
);
const text = fc.array(fragment, { maxLength: 12 }).map((parts) => parts.join(''));
const key = fc.constantFrom(
  'error',
  'isError',
  'result',
  'tools',
  'a"b',
  'a"error',
  '\\isError',
  'c\\',
  'isError ',
);

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(true, false, null, 7, 'input_required', 'complete'),
    text,
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .uniqueArray(fc.tuple(key, tie('value')), { maxLength: 3, selector: ([name]) => name })
      .map((m) => new Obj(m)),
  ),
}));

/** Some of the members, in any order. */
const object = (members: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Obj> =>
  fc
    .record(members, { requiredKeys: [] })
    .chain((drawn) => fc.shuffledSubarray(Object.entries(drawn)))
    .map((entries) => new Obj(entries));

const list = fc.oneof(fc.array(value, { maxLength: 2 }), value);
const result = object({
  content: value,
  isError: value,
  resultType: value,
  ...Object.fromEntries(LIST_KINDS.map((kind) => [kind, list])),
});
const message = object({
  id: fc.constant(1),
  result: fc.oneof({ weight: 5, arbitrary: result }, value),
  error: value,
  method: fc.constant('ping'),
  params: value,
});

function kindOf(said: Obj): string | null {
  const failed = (said.get('error') ?? null) !== null;
  if (said.has('method') || (!said.has('result') && !failed)) return null;
  if (failed) return 'rpc_error';
  const got = said.get('result');
  if (!(got instanceof Obj)) return 'success';
  if (got.get('isError') === true) return 'tool_error';
  return got.get('resultType') === 'input_required' ? 'input_required' : 'success';
}

function listsOf(said: unknown): string[] {
  const got = said instanceof Obj ? said.get('result') : null;
  if (!(got instanceof Obj)) return [];
  const kinds = got.members.filter(([, member]) => Array.isArray(member)).map(([name]) => name);
  return kinds.filter((name) => (LIST_KINDS as readonly string[]).includes(name));
}

function watch(type: string, chunks: Buffer[]) {
  const lists: string[] = [];
  const sut = watchResult(type, (kind) => lists.push(kind));
  for (const chunk of chunks) sut.push(chunk);
  return { kind: sut.kind, answered: sut.answered, lists };
}

describe('The watcher of results, against a reference', PATIENTLY, () => {
  it('reads a JSON body as JSON.parse does, however it is written and wherever chunks are split', () => {
    holds(
      3000,
      fc.property(message, spelling, places, (said, how, at) => {
        const expected = kindOf(said);
        expect(watch('application/json', cut(Buffer.from(write(said, how)), at))).toEqual({
          kind: expected ?? 'success',
          answered: expected !== null,
          lists: listsOf(said),
        });
      }),
    );
  });

  it('reads the events of a stream in the same way, whatever ends their lines', () => {
    holds(
      3000,
      fc.property(
        fc.array(message, { maxLength: 3 }),
        spelling,
        lineEnd,
        places,
        (messages, how, end, at) => {
          const events = messages.map((said) => {
            const lines = write(said, how).split(/\r\n|\r|\n/);
            return `${lines.map((line) => `data: ${line}${end}`).join('')}: c${end}${end}`;
          });
          const answers = messages.map(kindOf).filter((kind) => kind !== null);
          expect(watch('text/event-stream', cut(Buffer.from(events.join('')), at))).toEqual({
            kind: answers.at(-1) ?? 'success',
            answered: answers.length > 0,
            lists: messages.flatMap(listsOf),
          });
        },
      ),
    );
  });

  it('tells the lists of a batch', () => {
    holds(
      1000,
      fc.property(fc.array(message, { maxLength: 3 }), spelling, places, (messages, how, at) => {
        const { lists } = watch('application/json', cut(Buffer.from(write(messages, how)), at));
        expect(lists).toEqual(messages.flatMap(listsOf));
      }),
    );
  });

  it('has no answer until the message is complete', () => {
    holds(
      1000,
      fc.property(message, spelling, fc.nat(), (said, how, place) => {
        const bytes = Buffer.from(write(said, how).trimEnd());
        const part = bytes.subarray(0, place % bytes.length);
        expect(watch('application/json', [part]).answered).toBe(false);
      }),
    );
  });
});
