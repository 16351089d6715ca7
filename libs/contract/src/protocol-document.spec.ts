import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const TESTS = new URL('../../../test/medium/protocol-traps/', import.meta.url);
const TITLE = /(['"`])trap (\d+): ((?:(?!\1).)+)\1/g;
/** What a table of cases puts into a title. */
const CASE = / \(%[a-z]\)$/;
const TRAPS = Array.from({ length: 25 }, (_, i) => String(i + 1));

const document = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');

/** The tables' rows that begin with the number of a trap, by their number of cells. */
const rows = (cells: number): string[][] =>
  document
    .split('\n')
    .filter((line) => /^\| \d+ /.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    )
    .filter((row) => row.length === cells);

const traps = rows(3).filter(([, , third]) => third?.endsWith('.spec.ts') !== true);
const documented = rows(3).filter(([, , third]) => third?.endsWith('.spec.ts') === true);

const files = readdirSync(TESTS).filter((file) => file.endsWith('.spec.ts'));
const textOf = (file: string): string => readFileSync(new URL(file, TESTS), 'utf8');
const written = files.flatMap((file) =>
  [...textOf(file).matchAll(TITLE)].map(([, , trap, title]) => [trap, title?.replace(CASE, ''), file]),
);
const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

describe('docs/protocol.md', () => {
  it('lists the 25 traps, each with what is done about it', () => {
    expect(traps.map(([trap]) => trap)).toEqual(TRAPS);
  });

  it('names a test for each of them', () => {
    const tested = new Set(documented.map(([trap]) => trap));
    expect(TRAPS.filter((trap) => !tested.has(trap))).toEqual([]);
  });

  it('names exactly the tests that there are', () => {
    expect(documented.toSorted(byText)).toEqual(written.toSorted(byText));
  });

  it('says rightly that each is at one and at two hops', () => {
    const named = new Set(written.map(([, , file]) => String(file)));
    const elsewhere = [...named].filter((file) => !textOf(file).includes('describe.each(DISTANCES)'));
    expect(elsewhere).toEqual([]);
  });
});
