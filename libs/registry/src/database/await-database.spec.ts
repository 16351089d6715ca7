import { describe, expect, it } from 'vitest';
import { awaitDatabase } from './await-database.js';

const refused = (text: string): Error => Object.assign(new Error(text), { code: 'ECONNREFUSED' });

/** Fails so often, then succeeds; what was logged and waited for. */
async function run(failures: number, error: unknown): Promise<{ lines: unknown[][]; waited: number[] }> {
  const lines: unknown[][] = [];
  const waited: number[] = [];
  let left = failures;
  const attempt = (): Promise<string> => (left-- > 0 ? Promise.reject(error) : Promise.resolve('open'));
  const pause = (ms: number): Promise<void> => Promise.resolve(void waited.push(ms));
  const note = (...line: unknown[]): void => void lines.push(line);
  expect(await awaitDatabase(attempt, { warn: note, error: note }, pause)).toBe('open');
  return { lines, waited };
}

describe('awaitDatabase', () => {
  it('logs nothing if the database is there', async () => {
    expect(await run(0, null)).toEqual({ lines: [], waited: [] });
  });

  it('waits longer after each failure, up to five seconds', async () => {
    const { waited } = await run(6, refused('refused'));
    expect(waited).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
  });

  it.each([
    [refused('connect ECONNREFUSED 127.0.0.1:5432'), 'connect ECONNREFUSED 127.0.0.1:5432'],
    [new AggregateError([refused('a'), refused('b'), refused('a')]), 'a; b'],
  ])('logs one line while the database is away, however long that takes: %s', async (error, text) => {
    const { lines } = await run(5, error);
    const advice = 'Check DATABASE_URL if PostgreSQL is running; until then it is tried again every 5 s';
    expect(lines).toEqual([[`The database cannot be used (${text}). ${advice}`]]);
  });

  it.each([
    ['3D000', 'database "x" does not exist', 'Create the database'],
    ['28P01', 'password authentication failed', 'Correct the user and the password in DATABASE_URL'],
  ])('says once what to do about SQLSTATE %s, and shows no stack', async (code, message, advice) => {
    const { lines } = await run(5, Object.assign(new Error(message), { code }));
    expect(lines).toEqual([[expect.stringContaining(message)]]);
    expect(lines[0]?.[0]).toContain(advice);
  });

  it('logs the stack of any other error once', async () => {
    const error = new Error('relation exists already');
    expect((await run(3, error)).lines).toEqual([[expect.stringContaining(error.message), error.stack]]);
  });
});
