import { setImmediate } from 'node:timers/promises';

/** Keeps long work from holding up the event loop: requests are served between two slices. */
export class TimeSlicer {
  private since = performance.now();

  /** @param sliceMs How long a slice may take, milliseconds. */
  constructor(private readonly sliceMs = 4) {}

  /** A promise to await if the slice is used up, else undefined. */
  pause(): Promise<void> | undefined {
    return performance.now() - this.since < this.sliceMs ? undefined : this.yield();
  }

  private async yield(): Promise<void> {
    await setImmediate();
    this.since = performance.now();
  }
}
