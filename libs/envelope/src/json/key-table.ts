import { invalid } from '../envelope.error.js';
import type { JsonCursor } from './cursor.js';

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

/**
 * Case folding as the widest of the known JSON readers does it: Go's `encoding/json` matches keys by simple Unicode
 * folding, under which `ſ` is `s` and the Kelvin sign is `k`.
 */
const fold = (text: string): string => text.toUpperCase().toLowerCase();

/** The keys of one level of a message that mean something to a gateway. At most 31. */
export class KeyTable<K extends string> extends WordTable<K> {
  private readonly folded: Set<string>;

  constructor(names: readonly K[]) {
    super(names);
    this.folded = new Set(names.map(fold));
  }

  /** True if some reader could take the key for one of the table. */
  resembles(key: string): boolean {
    return this.folded.has(fold(key));
  }

  /** True if the length alone shows that the key resembles none of the table: folding does not change that of ASCII text. */
  isUnlike({ keyStart, keyEnd, keyEscaped, isAscii }: JsonCursor): boolean {
    return isAscii && !keyEscaped && !this.hasLength(keyEnd - keyStart);
  }
}

/** Keys of one object that are not in its table; no honest message has nearly as many. */
export const MAX_UNKNOWN_KEYS = 1000;

/**
 * The keys met in one object. It refuses what two readers could resolve differently: a key written twice, keys that
 * differ by case only (even if just one of them is there: `Method` is `method` to some), NUL, and unpaired surrogates.
 * Keys that are not in the table may repeat only if they are free to.
 */
export class SeenKeys<K extends string> {
  private mask = 0;
  private others: Set<string> | null = null;

  /** @param rest keys that are not in the table are free, or must differ: then the object has a name, to be told in errors. */
  constructor(
    private readonly table: KeyTable<K>,
    private readonly rest: 'free' | { readonly uniqueIn: string },
  ) {}

  /** The key at which the cursor stands if it is in the table, or null if it has no meaning here. */
  see(cursor: JsonCursor): K | null {
    const { bytes, keyStart, keyEnd, keyEscaped } = cursor;
    const index = keyEscaped ? -1 : this.table.indexOfBytes(bytes, keyStart, keyEnd);
    if (index >= 0) return this.known(index);
    if (this.rest === 'free' && this.table.isUnlike(cursor)) return null;
    return this.decoded(cursor.key);
  }

  private known(index: number): K {
    const bit = 1 << index;
    if ((this.mask & bit) !== 0) invalid(`duplicate key "${this.table.words[index]}"`);
    this.mask |= bit;
    return this.table.words[index]!;
  }

  private decoded(key: string): K | null {
    if (key.includes('\0')) invalid('NUL in a key');
    if (!key.isWellFormed()) invalid('unpaired surrogate in a key');
    const index = this.table.indexOf(key);
    if (index >= 0) return this.known(index);
    if (this.table.resembles(key)) invalid('a key differs by case only from one of MCP');
    if (this.rest !== 'free') this.unknown(fold(key), this.rest.uniqueIn);
    return null;
  }

  private unknown(folded: string, place: string): void {
    this.others ??= new Set();
    if (this.others.has(folded)) invalid('duplicate key, or keys that differ by case only');
    this.others.add(folded);
    if (this.others.size > MAX_UNKNOWN_KEYS)
      invalid(`more than ${MAX_UNKNOWN_KEYS} unknown keys in ${place}`);
  }
}
