import { BUCKETS, bucketOf } from '#libs/contract';

type Bucket<V> = ReadonlyMap<string, V>;

/**
 * An immutable map of {@link BUCKETS} small buckets. A changed copy shares every bucket that the change did not touch,
 * so that a change costs one bucket and the outer array, however large the map is.
 */
export class PersistentMap<V> {
  private constructor(private readonly buckets: readonly (Bucket<V> | undefined)[]) {}

  static empty<V>(): PersistentMap<V> {
    return new PersistentMap<V>([]);
  }

  get(key: string): V | undefined {
    return this.buckets[bucketOf(key)]?.get(key);
  }

  /** The bucket with this number, as of `bucketOf`. */
  bucket(index: number): Bucket<V> | undefined {
    return this.buckets[index];
  }

  *entries(): Generator<[string, V]> {
    for (const bucket of this.buckets) if (bucket !== undefined) yield* bucket;
  }

  /** A changeable copy. This map stays as it is. */
  draft(): MapDraft<V> {
    return new MapDraft(this.buckets, (buckets) => new PersistentMap(buckets));
  }
}

/** Collects changes to a {@link PersistentMap}; a bucket is copied when it is first written to. */
export class MapDraft<V> {
  private readonly buckets: (Bucket<V> | undefined)[];
  private readonly own = new Map<number, Map<string, V>>();

  constructor(
    buckets: readonly (Bucket<V> | undefined)[],
    private readonly seal: (buckets: readonly (Bucket<V> | undefined)[]) => PersistentMap<V>,
  ) {
    this.buckets = Array.from({ length: BUCKETS }, (_, i) => buckets[i]);
  }

  get(key: string): V | undefined {
    return this.buckets[bucketOf(key)]?.get(key);
  }

  set(key: string, value: V): void {
    this.writable(bucketOf(key)).set(key, value);
  }

  delete(key: string): void {
    this.writable(bucketOf(key)).delete(key);
  }

  /** Numbers of the buckets that were written to. */
  touched(): Iterable<number> {
    return this.own.keys();
  }

  bucket(index: number): Bucket<V> | undefined {
    return this.buckets[index];
  }

  /** The map with all changes. The draft must not be used afterwards. */
  finish(): PersistentMap<V> {
    return this.seal(this.buckets);
  }

  private writable(index: number): Map<string, V> {
    const mine = this.own.get(index);
    if (mine !== undefined) return mine;
    const copy = new Map(this.buckets[index]);
    this.own.set(index, copy);
    this.buckets[index] = copy;
    return copy;
  }
}
