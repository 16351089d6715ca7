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
  ])('logs one line while the database is away: %s', async (error, text) => {
    const { lines } = await run(1, error);
    expect(lines).toEqual([[`The database cannot be used (${text}); next attempt in 500 ms`]]);
  });

  it('logs the stack of any other error', async () => {
    const error = new Error('relation exists already');
    expect((await run(1, error)).lines).toEqual([[expect.stringContaining(error.message), error.stack]]);
  });
});
