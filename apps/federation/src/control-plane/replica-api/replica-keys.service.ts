import { Replica } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { importJWK, type CryptoKey } from 'jose';
import { Raw, Repository } from 'typeorm';
import type { CallingReplica } from './calling-replica.js';

export interface KnownReplica extends Pick<CallingReplica, 'id' | 'gateway'> {
  publicKey: CryptoKey;
}

/** Milliseconds for which a replica counts as enrolled without asking the database again. */
const TRUST_MS = 60_000;
/** Milliseconds for which an id counts as unknown: this limits what made-up ids cost the database. */
const DISTRUST_MS = 1000;
const MAX_CACHED = 10_000;

interface Cached {
  replica: Promise<KnownReplica | null>;
  until: number;
}

/** Public keys of the enrolled replicas, cached. Deleting a gateway deletes its replicas; evicting one changes its gateway. */
@Injectable()
export class ReplicaKeys {
  private readonly cache = new Map<string, Cached>();

  constructor(@InjectRepository(Replica) private readonly replicas: Repository<Replica>) {}

  /** The replica, or null if it is not enrolled (any more). */
  async find(id: string): Promise<KnownReplica | null> {
    const cached = this.cache.get(id);
    if (cached !== undefined && cached.until > performance.now()) return cached.replica;
    if (this.cache.size >= MAX_CACHED) this.cache.clear();
    return this.load(id);
  }

  /** Empties the cache, because replicas may have been removed. */
  forgetAll(): void {
    this.cache.clear();
  }

  /** Keeps what is known of a replica's clock. @returns False if that was known already. */
  async noteClock(id: string, clockOffsetSeconds: number): Promise<boolean> {
    const { affected } = await this.replicas.update(
      {
        id,
        clockOffsetSeconds: Raw((column) => `(${column} IS NULL OR abs(${column} - :now) > 1)`, {
          now: clockOffsetSeconds,
        }),
      },
      { clockOffsetSeconds },
    );
    return affected === 1;
  }

  private async load(id: string): Promise<KnownReplica | null> {
    const entry: Cached = { replica: this.read(id), until: performance.now() + TRUST_MS };
    this.cache.set(id, entry);
    try {
      const replica = await entry.replica;
      if (replica === null) entry.until = performance.now() + DISTRUST_MS;
      return replica;
    } catch (error) {
      this.cache.delete(id);
      throw error;
    }
  }

  private async read(id: string): Promise<KnownReplica | null> {
    const row = await this.replicas.findOne({
      select: { id: true, gateway: true, publicKey: true },
      where: { id },
    });
    return row === null
      ? null
      : { id, gateway: row.gateway, publicKey: await importReplicaKey(row.publicKey) };
  }
}

/** @param x Ed25519 public key, JWK `x` (RFC 8037 §2). */
export const importReplicaKey = (x: string) => importJWK({ kty: 'OKP', crv: 'Ed25519', x }, 'EdDSA');
