import {
  bucketHash,
  entityId,
  rootDigest,
  type ConfigGateway,
  type ConfigItem,
  type ConfigServer,
  type Revision,
} from '#libs/contract';
import { entryOf, parsed, type Entry } from './entry.js';
import type { MapDraft } from './persistent-map.js';
import type { PolicyIndexDraft } from './policy-index.js';
import { SnapshotRejected } from './snapshot-rejected.js';
import { Snapshot } from './snapshot.js';

/** What the finished snapshot is to be called. Without a digest it is computed and not checked. */
export type ExpectedVersion = Revision & { digest?: string | undefined };

/** Compiles changes off to the side; the snapshot it started from stays as it is. */
export class SnapshotDraft {
  private readonly entries: MapDraft<Entry>;
  private readonly policies: PolicyIndexDraft;
  private readonly gateways: Map<string, ConfigGateway>;
  private readonly handlerCounts: Map<string, number>;
  private readonly bucketHashes: string[];

  /** @param known A snapshot whose entries are taken over where the bytes are the same, which saves time and memory. */
  constructor(
    base: Snapshot,
    private readonly known: Snapshot = base,
  ) {
    this.entries = base.parts.entries.draft();
    this.policies = base.policies.draft();
    this.gateways = new Map(base.parts.gateways);
    this.handlerCounts = new Map(base.parts.handlerCounts);
    this.bucketHashes = [...base.parts.bucketHashes];
  }

  /** @throws SnapshotRejected */
  put(raw: ConfigItem): void {
    const id = entityId(raw.kind, raw.key);
    const entry = this.reusable(id, raw) ?? entryOf(raw);
    this.forget(id);
    this.entries.set(id, entry);
    this.index(entry);
  }

  delete(kind: string, key: string): void {
    const id = entityId(kind, key);
    this.forget(id);
    this.entries.delete(id);
  }

  /** Buckets to hash before the end; whoever does it may pause between them. */
  touched(): Iterable<number> {
    return this.entries.touched();
  }

  hashBucket(index: number): void {
    this.bucketHashes[index] = bucketHash(hashesOf(this.entries.bucket(index)));
  }

  /**
   * The finished snapshot; every touched bucket must have been hashed.
   * @throws SnapshotRejected if the digest differs, or a server's handler is not a gateway of the snapshot.
   */
  finish(identity: ExpectedVersion): Snapshot {
    this.checkHandlers();
    const digest = rootDigest(this.bucketHashes);
    if (identity.digest !== undefined && identity.digest !== digest) {
      throw new SnapshotRejected('digest_mismatch', `expected ${identity.digest}, computed ${digest}`);
    }
    return new Snapshot(identity.epoch, identity.revision, digest, {
      entries: this.entries.finish(),
      bucketHashes: this.bucketHashes,
      gateways: this.gateways,
      handlerCounts: this.handlerCounts,
      policies: this.policies.finish(),
    });
  }

  private reusable(id: string, raw: ConfigItem): Entry | undefined {
    const entry = this.known.parts.entries.get(id);
    return entry?.raw.body === raw.body ? entry : undefined;
  }

  private index(entry: Entry): void {
    const { kind, key } = entry.raw;
    if (kind === 'gateway') this.gateways.set(key, parsed('gateway', entry.raw));
    else if (kind === 'server') this.countHandlers(parsed('server', entry.raw), 1);
    else if (kind === 'policy') this.policies.add(parsed('policy', entry.raw));
  }

  private forget(id: string): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    const { kind, key } = entry.raw;
    if (kind === 'gateway') this.gateways.delete(key);
    else if (kind === 'server') this.countHandlers(parsed('server', entry.raw), -1);
    else if (kind === 'policy') this.policies.remove(parsed('policy', entry.raw));
  }

  private countHandlers(server: ConfigServer, by: 1 | -1): void {
    for (const { gateway } of server.handlers) {
      const now = (this.handlerCounts.get(gateway) ?? 0) + by;
      if (now === 0) this.handlerCounts.delete(gateway);
      else this.handlerCounts.set(gateway, now);
    }
  }

  private checkHandlers(): void {
    for (const [gateway, servers] of this.handlerCounts) {
      if (this.gateways.has(gateway)) continue;
      throw new SnapshotRejected(
        'snapshot_invalid',
        `gateway/${gateway}: not registered, but ${servers} server(s) name it as a handler`,
      );
    }
  }
}

function* hashesOf(bucket: ReadonlyMap<string, Entry> | undefined): Generator<readonly [string, string]> {
  for (const [id, entry] of bucket ?? []) yield [id, entry.hash];
}
