import { rmSync, writeFileSync } from 'node:fs';

/** Bytes kept back on the disk for outcomes of requests that have already been forwarded. */
export const RESERVE_BYTES = 256 * 1024;
const RETRY_MS = 500;

/** A file whose only purpose is to be deleted when the disk is full, so that outcomes still fit. */
export class DiskReserve {
  private isHeld = false;
  private retryAt = 0;

  constructor(
    private readonly path: string,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Takes the reserve if it is not held. A failed attempt is not repeated within 500 ms, since each one fills the disk.
   * @throws Error of the file system.
   */
  take(): void {
    if (this.isHeld) return;
    if (this.now() < this.retryAt) throw new Error('No disk space for the reserve of the audit spool');
    this.retryAt = this.now() + RETRY_MS;
    try {
      writeFileSync(this.path, Buffer.alloc(RESERVE_BYTES), { mode: 0o600 });
    } catch (error) {
      this.release();
      throw error;
    }
    this.isHeld = true;
  }

  /**
   * Takes it anew, which shows whether the disk can be written.
   * @throws Error of the file system.
   */
  renew(): void {
    this.release();
    this.take();
  }

  /** Gives the space back to the disk. */
  release(): void {
    this.isHeld = false;
    rmSync(this.path, { force: true });
  }
}
