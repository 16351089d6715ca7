/** Value of a label whose number of values is exhausted. */
export const OTHER = '_other';

/** Lets a bounded number of distinct texts pass: labels that callers choose must not grow memory without end. */
export class LabelLimit {
  private readonly seen = new Set<string>();

  constructor(private readonly max: number) {}

  /** True if the text has been seen, or may be added. */
  admits(text: string): boolean {
    if (this.seen.has(text)) return true;
    if (this.seen.size >= this.max) return false;
    this.seen.add(text);
    return true;
  }

  /** The text, or {@link OTHER}. */
  label(text: string): string {
    return this.admits(text) ? text : OTHER;
  }
}
