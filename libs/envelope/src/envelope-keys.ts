import { invalid } from './envelope.error.js';
import { decodeString } from './json-string.js';

/**
 * Case folding as the widest of the known JSON readers does it: Go's `encoding/json` matches keys by simple Unicode
 * folding, under which `ſ` is `s` and the Kelvin sign is `k`.
 */
const fold = (text: string): string => text.toUpperCase().toLowerCase();

/** The keys of one level of a message that have a meaning to a gateway. At most 31. */
export class KeyTable<K extends string> {
  /** Keys by their length in bytes, which alone tells most of them apart. */
  private readonly byLength: { key: Buffer; index: number }[][] = [];
  private readonly byText: Map<string, number>;
  private readonly folded: Set<string>;

  constructor(readonly names: readonly K[]) {
    names.forEach((name, index) => {
      const key = Buffer.from(name);
      (this.byLength[key.length] ??= []).push({ key, index });
    });
    this.byText = new Map(names.map((name, index) => [name as string, index]));
    this.folded = new Set(names.map(fold));
  }

  /** Index of the key written at [start, end) without escapes, or −1. */
  indexOfBytes(bytes: Buffer, start: number, end: number): number {
    const candidates = this.byLength[end - start];
    if (candidates !== undefined)
      for (const { key, index } of candidates) if (equalAt(bytes, start, key)) return index;
    return -1;
  }

  indexOf(text: string): number {
    return this.byText.get(text) ?? -1;
  }

  /** True if some reader takes the key for one of the table. */
  resembles(key: string): boolean {
    return this.folded.has(fold(key));
  }
}

function equalAt(bytes: Buffer, start: number, key: Buffer): boolean {
  for (let i = 0; i < key.length; i++) if (bytes[start + i] !== key[i]) return false;
  return true;
}

/**
 * The keys met in one object. It refuses what two readers could resolve differently: a key written twice, keys that
 * differ by case only (even if just one of them is there: `Method` is `method` to some), NUL, and unpaired surrogates.
 * With `others free`, keys that are not in the table may repeat.
 */
export class SeenKeys<K extends string> {
  private mask = 0;
  private others: Set<string> | null = null;

  constructor(
    private readonly table: KeyTable<K>,
    private readonly rest: 'others unique' | 'others free' = 'others unique',
  ) {}

  /** The key if it is in the table, or null if it has no meaning here. */
  see(bytes: Buffer, start: number, end: number, escaped: boolean): K | null {
    const index = escaped ? -1 : this.table.indexOfBytes(bytes, start, end);
    return index >= 0 ? this.known(index) : this.decoded(decodeString(bytes, start, end, escaped));
  }

  private known(index: number): K {
    const bit = 1 << index;
    if ((this.mask & bit) !== 0) invalid(`duplicate key "${this.table.names[index]}"`);
    this.mask |= bit;
    return this.table.names[index]!;
  }

  private decoded(key: string): K | null {
    if (key.includes('\0')) invalid('NUL in a key');
    if (!key.isWellFormed()) invalid('unpaired surrogate in a key');
    const index = this.table.indexOf(key);
    if (index >= 0) return this.known(index);
    if (this.table.resembles(key)) invalid('a key differs by case only from one of MCP');
    if (this.rest === 'others unique') this.unknown(fold(key));
    return null;
  }

  private unknown(folded: string): void {
    this.others ??= new Set();
    if (this.others.has(folded)) invalid('duplicate key, or keys that differ by case only');
    this.others.add(folded);
  }
}
