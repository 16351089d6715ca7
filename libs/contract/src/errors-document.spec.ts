import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REASONS, type ReasonSpec } from './errors.js';

const document = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');

const cells = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('`', ''));

const documented = document
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map(cells);

const inCode = Object.entries(REASONS as Record<string, ReasonSpec>).map(([reason, spec]) => [
  reason,
  String(spec.status),
  String(spec.code),
  spec.retryable ? 'yes' : 'no',
  spec.proxyStatus ?? '',
]);

describe('docs/errors.md', () => {
  it('lists exactly the reasons of the catalogue, with their status, code and the rest', () => {
    expect(documented.map((row) => row.slice(0, 5))).toEqual(inCode);
  });

  it('says what each of them means', () => {
    expect(documented.filter((row) => (row[5] ?? '').length < 10)).toEqual([]);
  });
});
