import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const TESTS = new URL('../../../test/medium/protocol-traps/', import.meta.url);
const TITLE = /(['"`])trap (\d+): ((?:(?!\1).)+)\1/g;
/** What a table of cases puts into a title. */
const CASE = / \(%[a-z]\)$/;
const TRAPS = Array.from({ length: 25 }, (_, i) => String(i + 1));

/** The rows of a document's table that begin with the number of a trap. */
const rowsOf = (document: string): string[][] =>
  readFileSync(new URL(`../../../${document}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => /^\| \d+ /.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );

const traps = rowsOf('docs/protocol.md');
const documented = rowsOf('CONTRIBUTING.md');

const files = readdirSync(TESTS).filter((file) => file.endsWith('.spec.ts'));
const textOf = (file: string): string => readFileSync(new URL(file, TESTS), 'utf8');
const written = files.flatMap((file) =>
  [...textOf(file).matchAll(TITLE)].map(([, , trap, title]) => [trap, title?.replace(CASE, ''), file]),
);
const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

describe('docs/protocol.md', () => {
  it('lists the 25 traps, each with what a gateway does instead', () => {
    expect(traps.map((row) => [row[0], row.length])).toEqual(TRAPS.map((trap) => [trap, 3]));
  });
});

describe('CONTRIBUTING.md', () => {
  it('names a test for each trap', () => {
    const tested = new Set(documented.map(([trap]) => trap));
    expect(TRAPS.filter((trap) => !tested.has(trap))).toEqual([]);
  });

  it('names exactly the tests that there are', () => {
    expect(documented.toSorted(byText)).toEqual(written.toSorted(byText));
  });

  it('is right that each is tested at one hop and at two', () => {
    const named = new Set(written.map(([, , file]) => String(file)));
    const elsewhere = [...named].filter((file) => !textOf(file).includes('describe.each(DISTANCES)'));
    expect(elsewhere).toEqual([]);
  });
});
