interface Candidate {
  bytes: Buffer;
  index: number;
}

/** Words that are recognised by their bytes, without making a string of each occurrence. */
export class WordTable<K extends string> {
  /** Words by their length in bytes, which alone tells most of them apart. */
  private readonly byLength: Candidate[][] = [];
  private readonly byText: Map<string, number>;

  constructor(readonly words: readonly K[]) {
    this.byText = new Map(words.map((word, index) => [word as string, index]));
    words.forEach((word, index) => this.add(Buffer.from(word), index));
  }

  /** Index of the word written at [start, end), or −1. */
  indexOfBytes(bytes: Buffer, start: number, end: number): number {
    const length = end - start;
    if (length >= this.byLength.length) return -1;
    for (const candidate of this.byLength[length]!)
      if (equalAt(bytes, start, candidate.bytes)) return candidate.index;
    return -1;
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
    return length < this.byLength.length && this.byLength[length]!.length > 0;
  }

  private add(bytes: Buffer, index: number): void {
    while (this.byLength.length <= bytes.length) this.byLength.push([]);
    this.byLength[bytes.length]!.push({ bytes, index });
  }
}

function equalAt(bytes: Buffer, start: number, word: Buffer): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return false;
  return true;
}
