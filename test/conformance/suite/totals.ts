import type { Check } from './checks.js';

const STATUSES = ['SUCCESS', 'FAILURE', 'WARNING', 'SKIPPED', 'INFO'] as const;

export interface Row {
  side: string;
  revision: string;
  route: string;
  checks: Check[];
}

/** A table of how many checks ended how, one line for each run. */
export function totalsTable(rows: Row[]): string {
  const header = [
    'side',
    'requirements',
    'route',
    'checks',
    ...STATUSES.map((status) => status.toLowerCase()),
  ];
  const lines = rows.map(({ side, revision, route, checks }) => [
    side,
    revision,
    route,
    String(checks.length),
    ...STATUSES.map((status) => String(checks.filter((check) => check.status === status).length)),
  ]);
  return [header, ...lines].map((line) => aligned(line, [header, ...lines])).join('\n');
}

/** Words to the left, numbers to the right. */
function aligned(line: string[], all: string[][]): string {
  const cells = line.map((cell, column) => {
    const width = Math.max(...all.map((other) => other[column]?.length ?? 0));
    return column < 3 ? cell.padEnd(width) : cell.padStart(width);
  });
  return cells.join('  ').trimEnd();
}
