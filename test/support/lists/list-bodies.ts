import * as fc from 'fast-check';
import { LIST_KINDS, type ListView } from '#libs/envelope';
import { Obj } from '../json/json-tree.js';

const VISIBLE = ['get_a', 'a:b', 'é'];
const HIDDEN = ['rm', 'x\\"', '\ud800', ''];

/** Views of callers who see the items of {@link VISIBLE} of some lists and all of the others. */
export const listView: fc.Arbitrary<ListView> = fc
  .record({
    hidden: fc.subarray([...LIST_KINDS]),
    isPrivate: fc.subarray([...LIST_KINDS]),
    mayReadResources: fc.boolean(),
  })
  .map(({ hidden, isPrivate, mayReadResources }) => ({
    hides: (kind) => hidden.includes(kind),
    maySee: (kind, name) => !hidden.includes(kind) || VISIBLE.includes(name),
    isPrivate: (kind) => isPrivate.includes(kind),
    mayReadResources,
  }));

/** Members whose keys no reader can take for each other. */
const object = (members: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Obj> =>
  fc
    .record(members, { requiredKeys: [] })
    .chain((drawn) =>
      fc
        .shuffledSubarray(Object.entries(drawn), { minLength: Object.keys(drawn).length })
        .map((entries) => new Obj(entries)),
    );

const name = fc.oneof(
  fc.constantFrom(...VISIBLE),
  fc.constantFrom(...HIDDEN),
  fc.constantFrom(null, 7, ['rm']),
);
const other = fc.constantFrom<unknown>(1e30, 'rm', true, [], new Obj([['name', 'rm']]));
const item = fc.oneof(
  { weight: 6, arbitrary: object({ name, uri: name, uriTemplate: name, description: other }) },
  fc.constantFrom('rm', null, ['get_a']),
);
const list = fc.oneof({ weight: 6, arbitrary: fc.array(item, { maxLength: 4 }) }, item);
const result = object({
  ...Object.fromEntries(LIST_KINDS.map((kind) => [kind, list])),
  cacheScope: fc.constantFrom('public', 'private', null),
  nextCursor: fc.constantFrom('', 'c1'),
  content: other,
});
const method = fc.constantFrom(
  'notifications/resources/updated',
  'notifications/resources/list_changed',
  'ping',
);
const message = fc.oneof(
  { weight: 3, arbitrary: object({ jsonrpc: fc.constant('2.0'), id: fc.constantFrom(1, 'a'), result }) },
  object({ method, params: other, id: fc.constantFrom(1, 'a') }),
  object({ error: other, id: fc.constant(1), tools: list }),
);

/** A message or a batch, as a value in which objects are {@link Obj}. */
export const listBody: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: message },
  fc.array(fc.oneof({ weight: 5, arbitrary: message }, other), { maxLength: 3 }),
);
