import type { SpoolLine } from './spool-line.js';

/** Lines that are written together. */
export class LineGroup {
  readonly lines: SpoolLine[] = [];
  /** UTF-16 units of all lines, about. */
  units = 0;
  intentCount = 0;
  private readonly settled = Promise.withResolvers<void>();

  /** For all intents of the group; see `AuditIntent.written`. */
  get written(): Promise<void> {
    return this.settled.promise;
  }

  add(line: SpoolLine): void {
    this.lines.push(line);
    this.units += line.units;
    if (line.phase === 'intent') this.intentCount += 1;
  }

  accept(): void {
    this.settled.resolve();
  }

  /** @returns the lines that do not depend on the refused intents. */
  refuse(fault: Error): SpoolLine[] {
    // Whoever asked for an intent may have gone away by now.
    this.settled.promise.catch(() => undefined);
    this.settled.reject(fault);
    for (const { phase, intent } of this.lines)
      if (phase === 'intent' && intent !== null) intent.isRefused = true;
    return this.lines.filter(({ intent }) => intent === null || !intent.isRefused);
  }
}
