import { Client } from 'pg';

/** A backup of a database in the same PostgreSQL, made and put back while programs try to use the original. */
export class DatabaseCopy {
  private constructor(
    private readonly serverUrl: string,
    private readonly original: string,
    private readonly copy: string,
  ) {}

  static async of(databaseUrl: string): Promise<DatabaseCopy> {
    const url = new URL(databaseUrl);
    const original = url.pathname.slice(1);
    url.pathname = '/postgres';
    const backup = new DatabaseCopy(url.href, original, `${original}_backup`);
    await backup.whileClosed((client) =>
      client.query(`CREATE DATABASE ${backup.copy} TEMPLATE ${original} STRATEGY file_copy`),
    );
    return backup;
  }

  /** Puts the backup in the place of the original. */
  async putBack(): Promise<void> {
    await this.whileClosed(async (client) => {
      await client.query(`DROP DATABASE ${this.original} WITH (FORCE)`);
      await client.query(`ALTER DATABASE ${this.copy} RENAME TO ${this.original}`);
    });
  }

  /** Does the work while nobody can connect to the original; those who are connected are thrown out. */
  private async whileClosed(work: (client: Client) => Promise<unknown>): Promise<void> {
    const client = new Client({ connectionString: this.serverUrl });
    await client.connect();
    try {
      await client.query(`ALTER DATABASE ${this.original} ALLOW_CONNECTIONS false`);
      await client.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1', [
        this.original,
      ]);
      await work(client);
      await client.query(`ALTER DATABASE ${this.original} ALLOW_CONNECTIONS true`);
    } finally {
      await client.end();
    }
  }
}
