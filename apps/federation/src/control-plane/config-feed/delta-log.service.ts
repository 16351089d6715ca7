import type { ConfigChange } from '#libs/contract';
import type { ConfigLog } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { ConfigSigner } from './config-signer.service.js';
import { ConfigReader } from './config-reader.service.js';
import type { SignedDelta } from './feed-state.js';

/** For more revisions than this, a full load is cheaper than a chain of deltas. */
export const MAX_CHAIN = 1000;
/** Longest chain that is sent, bytes. */
const MAX_CHAIN_BYTES = 16 * 1024 * 1024;

/** A revision and the digest of the snapshot at that revision. */
type Place = Pick<SignedDelta, 'revision' | 'digest'>;

/** The deltas of the current epoch, each signed once. */
@Injectable()
export class DeltaLog {
  private epoch = 0;
  private cachedBytes = 0;
  private readonly cache = new Map<number, SignedDelta>();

  constructor(
    private readonly reader: ConfigReader,
    private readonly signer: ConfigSigner,
  ) {}

  /**
   * The deltas that lead from one revision of an epoch to another, in order.
   * @returns Null if the log does not lead there, if the digests differ, or if the chain would be too long.
   */
  async chain(epoch: number, from: Place, to: Place): Promise<SignedDelta[] | null> {
    const steps = to.revision - from.revision;
    if (steps > MAX_CHAIN || steps < 0) return null;
    const range = [from.revision + 1, to.revision] as const;
    const deltas = this.cached(epoch, ...range) ?? (await this.load(epoch, ...range));
    return isChain(deltas, from, to) && bytesOf(deltas) <= MAX_CHAIN_BYTES ? deltas : null;
  }

  /** Digest of a revision of the current epoch; null if it is not cached. */
  digestOf(epoch: number, revision: number): string | null {
    return epoch === this.epoch ? (this.cache.get(revision)?.digest ?? null) : null;
  }

  /** Empties the cache: the database now holds another history. */
  clear(): void {
    this.cache.clear();
    this.cachedBytes = 0;
  }

  private cached(epoch: number, from: number, to: number): SignedDelta[] | null {
    if (epoch !== this.epoch) return null;
    const deltas: SignedDelta[] = [];
    for (let revision = from; revision <= to; revision++) {
      const delta = this.cache.get(revision);
      if (delta === undefined) return null;
      deltas.push(delta);
    }
    return deltas;
  }

  private async load(epoch: number, from: number, to: number): Promise<SignedDelta[]> {
    const rows = await this.reader.log(epoch, from, to);
    const deltas: SignedDelta[] = [];
    for (const row of rows) deltas.push(await this.signed(row));
    for (const delta of deltas) this.remember(epoch, delta);
    return deltas;
  }

  private async signed(row: ConfigLog): Promise<SignedDelta> {
    const { revision, previousDigest, digest } = row;
    const changes = JSON.parse(row.changes) as ConfigChange[];
    const kinds = new Set(changes.map(({ kind }) => kind));
    return { revision, previousDigest, digest, kinds, jws: await this.signer.signDelta(deltaClaims(row)) };
  }

  private remember(epoch: number, delta: SignedDelta): void {
    if (epoch > this.epoch) this.clear();
    if (epoch < this.epoch) return;
    this.epoch = epoch;
    this.forget(delta.revision);
    this.cache.set(delta.revision, delta);
    this.cachedBytes += delta.jws.length;
    while (this.cache.size > MAX_CHAIN || this.cachedBytes > MAX_CHAIN_BYTES)
      this.forget(Math.min(...this.cache.keys()));
  }

  private forget(revision: number): void {
    this.cachedBytes -= this.cache.get(revision)?.jws.length ?? 0;
    this.cache.delete(revision);
  }
}

/** The claims as JSON. The logged text goes in byte by byte, because the digest covers those bytes. */
function deltaClaims(row: ConfigLog): string {
  const { epoch, revision, previousDigest, digest } = row;
  const head = JSON.stringify({ epoch, revision, previousDigest, digest, time: row.time.toISOString() });
  return `${head.slice(0, -1)},"changes":${row.changes},"revoked":${row.revoked}}`;
}

function isChain(deltas: SignedDelta[], from: Place, to: Place): boolean {
  let at: Place = from;
  for (const delta of deltas) {
    if (delta.revision !== at.revision + 1 || delta.previousDigest !== at.digest) return false;
    at = delta;
  }
  return at.revision === to.revision && at.digest === to.digest;
}

const bytesOf = (deltas: SignedDelta[]): number => deltas.reduce((sum, { jws }) => sum + jws.length, 0);
