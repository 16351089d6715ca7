import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** One line of a `checks.json`, as far as it is the same in every run. */
export interface Check {
  scenario: string;
  id: string;
  name: string;
  status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  errorMessage?: string;
}

type WrittenCheck = Omit<Check, 'scenario'> & { details?: Record<string, unknown> };

/** The suite appends the time to the folder of each scenario. */
const TIME = /-\d{4}-\d{2}-\d{2}T[\d-]+Z$/;

/** Every check in a folder that the suite has written. Exit codes tell less: they leave out what is not scored. */
export function readChecks(directory: string): Check[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('checks.json'))
    .flatMap((path) => checksOf(directory, join(directory, path)));
}

function checksOf(directory: string, path: string): Check[] {
  const scenario = relative(directory, dirname(path))
    .replace(TIME, '')
    .replace(/^server-(?=.)/, '');
  const checks = JSON.parse(readFileSync(path, 'utf8')) as WrittenCheck[];
  return checks.map((check) => {
    const { id, name, status, errorMessage } = isOnlyLate(check) ? onTime(check) : check;
    return { scenario, id, name, status, ...(errorMessage === undefined ? {} : { errorMessage }) };
  });
}

/**
 * One check measures how long a client waits before it reconnects. Too early is a fault; on a busy machine any client is
 * late by fractions of a second, gateway or not.
 */
const isOnlyLate = ({ id, details }: WrittenCheck): boolean =>
  id === 'client-sse-retry-timing' && details?.['slightlyLate'] === true;

const onTime = ({ id, name }: WrittenCheck): WrittenCheck => ({ id, name, status: 'SUCCESS' });

const lineOf = ({ scenario, id, name, status, errorMessage }: Check): string =>
  [scenario, id, name, status, errorMessage ?? ''].join(' | ');

/** What two runs do not have in common, as multisets: `-` only in the first, `+` only in the second. */
export function differences(first: Check[], second: Check[]): string[] {
  const balance = new Map<string, number>();
  const count = (checks: Check[], by: number): void => {
    for (const line of checks.map(lineOf)) balance.set(line, (balance.get(line) ?? 0) + by);
  };
  count(first, -1);
  count(second, 1);
  return [...balance]
    .flatMap(([line, n]) => Array<string>(Math.abs(n)).fill(`${n < 0 ? '-' : '+'} ${line}`))
    .sort();
}

/** Checks that failed. */
export const failed = (checks: Check[]): Check[] => checks.filter(({ status }) => status === 'FAILURE');
