import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgresServer } from '../toolchain/postgres-server.mjs';

/** Starts a PostgreSQL in a temporary folder. @returns its URL and how to stop and remove it. */
export async function startPostgres() {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-pg-'));
  const postgres = await startPostgresServer({ directory });
  const stop = async () => {
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  return { url: postgres.url, port: postgres.port, stop };
}
