import { Client } from 'pg';

/** Runs statements on the server of a database, from outside of it. */
async function onServer(
  databaseUrl: string,
  work: (client: Client, name: string) => Promise<void>,
): Promise<void> {
  const url = new URL(databaseUrl);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    await work(client, name);
  } finally {
    await client.end();
  }
}

/** Takes a backup of a database that nobody is connected to. */
export const backUp = (databaseUrl: string): Promise<void> =>
  onServer(databaseUrl, async (client, name) => {
    await client.query(`CREATE DATABASE ${name}_backup TEMPLATE ${name}`);
  });

/** Puts the backup in the place of the database. */
export const restore = (databaseUrl: string): Promise<void> =>
  onServer(databaseUrl, async (client, name) => {
    await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${name}_backup`);
  });

/** Runs work on the database itself, past the control plane. */
export async function inDatabase<T>(databaseUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
