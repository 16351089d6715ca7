/** Lets a limited number in at a time; the others wait in order. */
export class SnapshotSlots {
  private readonly waiting: (() => void)[] = [];
  private taken = 0;

  constructor(private readonly limit: number) {}

  /** Resolves with the function that gives the slot back; calling it again does nothing. */
  async take(): Promise<() => void> {
    if (this.taken >= this.limit) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.taken++;
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      const next = this.waiting.shift();
      if (next === undefined) this.taken--;
      else next();
    };
  }
}
