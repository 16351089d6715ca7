import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@nestjs/common';
import { isDatabaseAway } from './database-away.js';

type Log = Pick<Logger, 'warn' | 'error'>;

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 5000;

/** What to do about a refusal of PostgreSQL that waiting alone does not mend, by SQLSTATE. */
const ADVICE: Readonly<Record<string, string>> = {
  '3D000': 'Create the database, or correct the name in DATABASE_URL',
  '28000': 'Create the user, or correct the name in DATABASE_URL',
  '28P01': 'Correct the user and the password in DATABASE_URL',
  '42501': 'Give the user of DATABASE_URL the right to create tables',
};

/**
 * Retries at growing intervals until the database can be used, for as long as it takes. Each cause is one line in the log, and
 * is said again only when another one came in between. Only a cause that nobody foresaw has its stack there.
 */
export async function awaitDatabase<T>(
  attempt: () => Promise<T>,
  logger: Log,
  pause: (ms: number) => Promise<unknown> = sleep,
): Promise<T> {
  let said = '';
  for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, MAX_DELAY_MS)) {
    try {
      return await attempt();
    } catch (error) {
      const line = lineOf(error);
      if (line !== said) report(line, error, logger);
      said = line;
      await pause(delay);
    }
  }
}

function lineOf(error: unknown): string {
  const advice = ADVICE[sqlStateOf(error)] ?? 'Check DATABASE_URL if PostgreSQL is running';
  return `The database cannot be used (${causeOf(error)}). ${advice}; until then it is tried again every ${MAX_DELAY_MS / 1000} s`;
}

function report(line: string, error: unknown, logger: Log): void {
  const isForeseen = isDatabaseAway(error) || sqlStateOf(error) in ADVICE;
  if (isForeseen) logger.warn(line);
  else logger.error(line, error instanceof Error ? error.stack : undefined);
}

const sqlStateOf = (error: unknown): string => (error as { code?: string } | null)?.code ?? '';

/** If several addresses fail, Node throws one error without a message of its own. */
function causeOf(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(causeOf))].join('; ');
  return error instanceof Error ? error.message : String(error);
}
