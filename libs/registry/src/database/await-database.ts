import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@nestjs/common';
import { isDatabaseAway } from './database-away.js';

type Log = Pick<Logger, 'warn' | 'error'>;

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 5000;

/**
 * Retries at growing intervals until the database can be used, for as long as it takes. While the database is away, each
 * failure is one line in the log, because a stack would say nothing more.
 */
export async function awaitDatabase<T>(
  attempt: () => Promise<T>,
  logger: Log,
  pause: (ms: number) => Promise<unknown> = sleep,
): Promise<T> {
  for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, MAX_DELAY_MS)) {
    try {
      return await attempt();
    } catch (error) {
      report(error, delay, logger);
      await pause(delay);
    }
  }
}

function report(error: unknown, delay: number, logger: Log): void {
  const line = `The database cannot be used (${causeOf(error)}); next attempt in ${delay} ms`;
  if (isDatabaseAway(error)) logger.warn(line);
  else logger.error(line, error instanceof Error ? error.stack : undefined);
}

/** If several addresses fail, Node throws one error without a message of its own. */
function causeOf(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(causeOf))].join('; ');
  return error instanceof Error ? error.message : String(error);
}
