const FIRST_ROOM = 4096;
const NOTHING: Buffer = Buffer.alloc(0);

/** Bytes that come in chunks and are wanted as a whole. Chunks of one byte each take no more room than a few large ones. */
export class HeldBytes {
  private room = NOTHING;
  private size = 0;

  constructor(private readonly maxBytes: number) {}

  /** False, and nothing is added, if it would be more than may be held. */
  add(chunk: Buffer): boolean {
    const size = this.size + chunk.length;
    if (size > this.maxBytes) return false;
    if (this.size === 0) this.room = chunk;
    else this.append(chunk, size);
    this.size = size;
    return true;
  }

  /** All that was added since the last time; a single chunk as it came. */
  take(): Buffer {
    const whole = this.room.length === this.size ? this.room : this.room.subarray(0, this.size);
    this.room = NOTHING;
    this.size = 0;
    return whole;
  }

  /** The first chunk has no room left, so that it is never written into: it belongs to whoever brought it. */
  private append(chunk: Buffer, size: number): void {
    if (size > this.room.length) this.grow(size);
    chunk.copy(this.room, this.size);
  }

  private grow(size: number): void {
    const room = Math.max(FIRST_ROOM, size, Math.min(2 * this.room.length, this.maxBytes));
    const larger = Buffer.allocUnsafe(room);
    this.room.copy(larger, 0, 0, this.size);
    this.room = larger;
  }
}
