import {
  BUCKETS,
  EMPTY_DIGEST,
  entityId,
  type ConfigGateway,
  type ConfigHopGeneration,
  type ConfigItem,
  type ConfigServer,
  type ConfigSigningKey,
  type ConfigToken,
  type ConfigUser,
} from '#libs/contract';
import { valueOf, type Entry } from './entry.js';
import { PersistentMap } from './persistent-map.js';
import { PolicyIndex } from './policy-index.js';

/** What a snapshot consists of; made by `SnapshotDraft` only. */
export interface SnapshotParts {
  entries: PersistentMap<Entry>;
  /** `bucketHash` of each bucket, in order. */
  bucketHashes: readonly string[];
  gateways: ReadonlyMap<string, ConfigGateway>;
  /** How many servers name a gateway as a handler. */
  handlerCounts: ReadonlyMap<string, number>;
  policies: PolicyIndex;
}

/** The whole configuration that a gateway serves from, immutable. One request sees one snapshot throughout. */
export class Snapshot {
  /** A snapshot without entities, which deltas from the first revision on apply to. */
  static readonly EMPTY = new Snapshot(0, 0, EMPTY_DIGEST, {
    entries: PersistentMap.empty(),
    bucketHashes: Array.from({ length: BUCKETS }, () => ''),
    gateways: new Map(),
    handlerCounts: new Map(),
    policies: PolicyIndex.EMPTY,
  });

  constructor(
    readonly epoch: number,
    readonly revision: number,
    readonly digest: string,
    /** For `SnapshotDraft`. */
    readonly parts: SnapshotParts,
  ) {}

  get policies(): PolicyIndex {
    return this.parts.policies;
  }

  server(name: string): ConfigServer | undefined {
    return this.value<'server'>('server', name);
  }

  gateway(name: string): ConfigGateway | undefined {
    return this.parts.gateways.get(name);
  }

  /** All gateways; there are few. */
  gateways(): Iterable<ConfigGateway> {
    return this.parts.gateways.values();
  }

  user(name: string): ConfigUser | undefined {
    return this.value<'user'>('user', name);
  }

  /** @param hash SHA-256 of the token, lower-case hex. */
  token(hash: string): ConfigToken | undefined {
    return this.value<'token'>('token', hash);
  }

  signingKey(kid: string): ConfigSigningKey | undefined {
    return this.value<'signing-key'>('signing-key', kid);
  }

  /** All signing keys, by id. Looks at every entity, so it is for the rare cases in which a key may have changed. */
  signingKeys(): { kid: string; x: string }[] {
    const keys = [...this.entities()].filter(({ kind }) => kind === 'signing-key');
    const known = keys.map(({ key }) => this.signingKey(key)).filter((key) => key !== undefined);
    return known.map(({ kid, x }) => ({ kid, x })).sort((a, b) => (a.kid < b.kid ? -1 : 1));
  }

  hopGeneration(): ConfigHopGeneration | undefined {
    return this.value<'hop-generation'>('hop-generation', 'current');
  }

  /**
   * Revision at which the server or its gateway last changed: a handling gateway that has it decides as this one does
   * about the way to the server. 0 for an unknown server.
   */
  minRevision(serverName: string): number {
    const server = this.server(serverName);
    if (server === undefined) return 0;
    const handlers = server.handlers.map((handler) => this.gateway(handler.gateway)?.revision ?? 0);
    return Math.max(server.revision, ...handlers);
  }

  /** Every entity as it travelled, in no particular order. */
  *entities(): Generator<ConfigItem> {
    for (const [, entry] of this.parts.entries.entries()) yield entry.raw;
  }

  private value<K extends 'server' | 'user' | 'token' | 'signing-key' | 'hop-generation'>(
    kind: K,
    key: string,
  ) {
    const entry = this.parts.entries.get(entityId(kind, key));
    return entry === undefined ? undefined : valueOf(kind, entry);
  }
}
