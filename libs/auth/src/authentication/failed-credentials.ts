import { Injectable } from '@nestjs/common';
import { sourceOf } from './source-addresses.js';

const WINDOW_MS = 60_000;
const MAX_FAILURES = 30;
const MAX_SOURCES = 10_000;

interface Window {
  opened: number;
  failures: number;
}

/**
 * Counts failing credentials per source address. It is asked only after a credential has failed, so that a valid one is
 * always served, also from an address that many share.
 */
@Injectable()
export class FailedCredentials {
  private readonly windows = new Map<string, Window>();

  /**
   * Counts one failure.
   * @param address or network that it came from.
   * @returns Seconds until the source may fail again, or 0 if it has not used up its allowance.
   */
  count(address: string, now = Date.now()): number {
    const { failures, secondsLeft } = this.note(address, now);
    return failures <= MAX_FAILURES ? 0 : secondsLeft;
  }

  /** Counts one failure. @returns How many the source has had in this window of a minute, and how long it lasts. */
  note(address: string, now = Date.now()): { failures: number; secondsLeft: number } {
    const window = this.windowOf(sourceOf(address), now);
    window.failures++;
    return { failures: window.failures, secondsLeft: Math.ceil((window.opened + WINDOW_MS - now) / 1000) };
  }

  private windowOf(source: string, now: number): Window {
    const known = this.windows.get(source);
    if (known !== undefined && now - known.opened < WINDOW_MS) return known;
    const fresh = { opened: now, failures: 0 };
    this.windows.delete(source);
    this.makeRoom();
    this.windows.set(source, fresh);
    return fresh;
  }

  /** Maps keep insertion order: the first is the window that opened first. */
  private makeRoom(): void {
    if (this.windows.size < MAX_SOURCES) return;
    const [oldest] = this.windows.keys();
    if (oldest !== undefined) this.windows.delete(oldest);
  }
}
