import {
  configErrors,
  type ConfigByKind,
  type ConfigChange,
  type ConfigKind,
  type Revocation,
} from '#libs/contract';
import type { EntityManager } from 'typeorm';
import type { ConfigHead } from '../tables/config-head.entity.js';
import { RevokedToken } from '../tables/revoked-token.entity.js';
import { RegistryError } from './registry-error.js';

/** A change while it is being made: the rows through `manager`, the snapshot through `put` and `delete`. */
export class ChangeTransaction {
  readonly changes: ConfigChange[] = [];
  readonly revoked: Revocation[] = [];
  /** What the admin's audit record shows; never put a secret here. */
  before: object | null = null;
  after: object | null = null;

  constructor(
    readonly manager: EntityManager,
    /** The head as this change will leave it: `epoch` and `revision` are already the new ones. */
    readonly head: ConfigHead,
    /** When the change is made: for `created_at` and `updated_at`. */
    readonly time: Date,
  ) {}

  /** The revision that this change makes. Every row that it touches carries it. */
  get revision(): number {
    return this.head.revision;
  }

  /**
   * Puts an entity into the snapshot.
   * @throws RegistryError `validation` if gateways would reject it.
   */
  put<K extends ConfigKind>(kind: K, key: string, value: Omit<ConfigByKind[K], 'revision'>): void {
    const entity = { ...value, revision: this.revision };
    const errors = configErrors(kind, key, entity);
    if (errors.length > 0)
      throw new RegistryError('validation', `${kind} ${key} is not valid: ${errors[0]?.field}`, { errors });
    this.changes.push({ op: 'put', kind, key, body: JSON.stringify(entity) });
  }

  /** Removes an entity from the snapshot. */
  delete(kind: ConfigKind, key: string): void {
    this.changes.push({ op: 'delete', kind, key });
  }

  /** Revokes an agent's token permanently: it leaves the snapshot and is refused until it would have expired anyway. */
  async revoke(hash: string, until: Date | null): Promise<void> {
    this.delete('token', hash);
    await this.tombstone(hash, until);
  }

  /**
   * Has every signed head name a token as revoked, so that the revocation outlives a restored backup. Gateways see the hash:
   * it must be that of random bits.
   */
  async tombstone(hash: string, until: Date | null): Promise<void> {
    this.revoked.push({ hash, until: until?.toISOString() ?? null });
    const row = { hash, until, revision: this.revision, revokedAt: this.time };
    await this.manager.upsert(RevokedToken, row, ['hash']);
  }
}
