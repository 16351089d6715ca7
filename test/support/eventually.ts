import { setTimeout as sleep } from 'node:timers/promises';

/** Repeats the work until it does not throw. @returns its result @throws its last error when the time is over */
export async function eventually<T>(
  work: () => Promise<T> | T,
  timeoutMs = 15_000,
  everyMs = 100,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await sleep(everyMs);
  }
}
