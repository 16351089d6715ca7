const NOTHING = Buffer.alloc(0);

/** Bytes that come in chunks of any size and are wanted as a whole; many small chunks take no more room than a few large ones. */
export class HeldBytes {
  private room = NOTHING;
  private size = 0;

  /** Bytes that are held. */
  get length(): number {
    return this.size;
  }

  append(chunk: Buffer): void {
    const size = this.size + chunk.length;
    if (size > this.room.length) this.grow(size);
    chunk.copy(this.room, this.size);
    this.size = size;
  }

  /** All that was held, and `last` behind it, which is not copied if it is all. Nothing is held afterwards. */
  take(last: Buffer): Buffer {
    if (this.size === 0) return last;
    this.append(last);
    const whole = this.room.subarray(0, this.size);
    this.room = NOTHING;
    this.size = 0;
    return whole;
  }

  private grow(least: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(least, this.room.length * 2));
    this.room.copy(larger, 0, 0, this.size);
    this.room = larger;
  }
}
