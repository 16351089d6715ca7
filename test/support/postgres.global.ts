import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../scripts/migration/throw-away-postgres.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the run's PostgreSQL, database `postgres`. */
    postgresUrl: string;
  }
}

/** One real PostgreSQL for the whole run; every suite makes a database of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres();
  project.provide('postgresUrl', postgres.url);
  return () => postgres.stop();
}
