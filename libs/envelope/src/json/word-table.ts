interface Candidate {
  bytes: Buffer;
  index: number;
  /** Another word of the same length. */
  next: Candidate | null;
}

/** Words that are recognised by their bytes, without making a string of each occurrence. */
export class WordTable<K extends string> {
  /** Words by their length in bytes, which alone tells most of them apart. */
  private readonly byLength: (Candidate | null)[] = [];
  private readonly byText: Map<string, number>;

  constructor(readonly words: readonly K[]) {
    this.byText = new Map(words.map((word, index) => [word as string, index]));
    words.forEach((word, index) => this.add(Buffer.from(word), index));
  }

  /** Index of the word written at [start, end), or −1. */
  indexOfBytes(bytes: Buffer, start: number, end: number): number {
    const length = end - start;
    if (length >= this.byLength.length) return -1;
    let candidate = this.byLength[length] ?? null;
    while (candidate !== null && !equalAt(bytes, start, candidate.bytes)) candidate = candidate.next;
    return candidate === null ? -1 : candidate.index;
  }

  /** The word written at [start, end), or null. */
  wordAt(bytes: Buffer, start: number, end: number): K | null {
    const index = this.indexOfBytes(bytes, start, end);
    return index < 0 ? null : this.words[index]!;
  }

  indexOf(text: string): number {
    return this.byText.get(text) ?? -1;
  }

  /** True if a word of the table has this many bytes. */
  hasLength(length: number): boolean {
    return length < this.byLength.length && this.byLength[length] !== null;
  }

  private add(bytes: Buffer, index: number): void {
    while (this.byLength.length <= bytes.length) this.byLength.push(null);
    const next = this.byLength[bytes.length] ?? null;
    this.byLength[bytes.length] = { bytes, index, next };
  }
}

function equalAt(bytes: Buffer, start: number, word: Buffer): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return false;
  return true;
}
