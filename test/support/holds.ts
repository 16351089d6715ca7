import * as fc from 'fast-check';

const { FUZZ_SEED, FUZZ_RUNS, FUZZ_SECONDS } = process.env;

/** For a test that asserts properties: even a few thousand tries take their time on a busy machine. */
export const PATIENTLY = { timeout: FUZZ_SEED === undefined ? 60_000 : 0 };

/**
 * Asserts a property: tried `numRuns` times in the tests, and in `npm run fuzz` as often or as long as asked for, from one
 * seed for all properties.
 * @throws Error with the smallest counterexample found.
 */
export function holds<T>(numRuns: number, property: fc.IProperty<T>): void {
  if (FUZZ_SEED === undefined) return fc.assert(property, { numRuns });
  const limit =
    FUZZ_SECONDS === undefined
      ? { numRuns: Number(FUZZ_RUNS) }
      : { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: Number(FUZZ_SECONDS) * 1000 };
  fc.assert(property, { ...limit, seed: Number(FUZZ_SEED), markInterruptAsFailure: false, reporter });
}

/** Vitest prints it with the name of the test. */
function reporter<T>(details: fc.RunDetails<T>): void {
  if (details.failed) throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
  console.log(`tried ${details.numRuns} times`);
}
