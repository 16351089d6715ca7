/** Milliseconds of processor time that this thread spends on the work; exact to a tick of the kernel, about 4 ms. */
export function cpuMs(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** Milliseconds that the work takes at its best: processor time is too coarse for short work. */
function leastMs(work: () => void): number {
  const times = Array.from({ length: 3 }, () => {
    const before = performance.now();
    work();
    return performance.now() - before;
  });
  return Math.min(...times);
}

/** Work shorter than this says nothing, milliseconds. */
const NOISE_MS = 0.2;

/**
 * How many times longer the work takes for twice the size: about two if it is linear, four if it is quadratic. The size is
 * doubled four times, which evens out what a busy machine adds, and a growth beyond the limit is measured again.
 * @param prepare returns the work for an input of this size; making the input is not measured.
 */
export function growth(prepare: (size: number) => () => void, size: number, limit: number): number {
  const [small, large] = [prepare(size), prepare(16 * size)];
  let least = Infinity;
  for (let attempt = 0; attempt < 5 && least > limit; attempt++)
    least = Math.min(least, (leastMs(large) / (leastMs(small) + NOISE_MS)) ** (1 / 4));
  return least;
}
