import { isSameVersion, stepOfDelta, type HeadClaims, type Revocation } from '#libs/contract';
import { applyChangesInSlices, TimeSlicer, SnapshotStore, type Snapshot } from '#libs/snapshot';
import { Injectable, Logger } from '@nestjs/common';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { filesOf, listGenerations } from '../../state/config/generations.js';
import { readJournal } from '../../state/config/journal-file.js';
import { HEAD_FILE, TOMBSTONES_FILE } from '../../state/config/last-known-good.service.js';
import { readSnapshotFile, type ProvenSnapshot } from '../../state/config/snapshot-file.js';
import { DataDirectory } from '../../state/data-directory.js';
import { ReplicaIdentity } from '../../state/identity/replica-identity.js';
import { verifyDelta, verifyHead, type KnownKey, type Signed } from './signed-claims.js';
import { SyncState } from './sync-state.service.js';

/** A snapshot from disk and when its statement was signed, milliseconds since the epoch. */
interface Restored {
  snapshot: Snapshot;
  signedAt: number;
}

/**
 * Restores what was kept on disk, so that a gateway serves while the control plane is down. What cannot be read or proven
 * is left out with a line in the log; at worst the gateway starts without a configuration.
 */
@Injectable()
export class ColdStart {
  private readonly logger = new Logger(ColdStart.name);

  constructor(
    private readonly directory: DataDirectory,
    private readonly identity: ReplicaIdentity,
    private readonly store: SnapshotStore,
    private readonly state: SyncState,
  ) {}

  async run(): Promise<void> {
    if (this.identity.enrolment === null) return;
    const tombstones = await this.sealed<Revocation[]>(TOMBSTONES_FILE);
    if (Array.isArray(tombstones)) this.store.revoke(tombstones);
    const restored = await this.newestSnapshot();
    if (restored === null) return;
    this.store.noteHead(Math.min(restored.signedAt, Date.now()));
    await this.restoreHead(restored.snapshot);
    this.state.applied();
    this.store.replace(restored.snapshot);
    this.logger.log(
      `serving from disk: epoch ${restored.snapshot.epoch}, revision ${restored.snapshot.revision}`,
    );
  }

  private async newestSnapshot(): Promise<Restored | null> {
    for (const generation of await listGenerations(this.directory.configPath)) {
      try {
        return await this.restore(generation);
      } catch (error) {
        this.logger.error(`generation ${generation} on disk is not usable: ${(error as Error).message}`);
      }
    }
    return null;
  }

  private async restore(generation: number): Promise<Restored> {
    const files = filesOf(generation);
    const { configPath: path, box } = this.directory;
    const proven = await readSnapshotFile(join(path, files.snapshot), files.snapshot, box);
    const restored = await this.prove(proven);
    return this.replay(restored, files.journal);
  }

  /** @throws Error unless a signed statement of this deployment names exactly this epoch, revision and digest. */
  private async prove({ deploymentId, snapshot, proof }: ProvenSnapshot): Promise<Restored> {
    if (deploymentId !== this.identity.enrolment?.deploymentId)
      throw new Error('it belongs to another deployment');
    const verify = proof.type === 'head' ? verifyHead : verifyDelta;
    const { claims } = await verify(proof.jws, this.knownKey(snapshot));
    if (isSameVersion(claims, snapshot)) return { snapshot, signedAt: Date.parse(claims.time) };
    throw new Error('it is not what the control plane signed');
  }

  /** Applies the journal's deltas to the snapshot, as far as they follow one another. */
  private async replay(from: Restored, journal: string): Promise<Restored> {
    const { configPath: path, box } = this.directory;
    let at = from;
    if (!(await exists(join(path, journal)))) return at;
    try {
      const slicer = new TimeSlicer();
      for await (const delta of readJournal(join(path, journal), journal, box)) {
        at = await this.next(at, delta);
        await slicer.pause();
      }
    } catch (error) {
      this.logger.error(
        `the journal on disk ends at revision ${at.snapshot.revision}: ${(error as Error).message}`,
      );
    }
    return at;
  }

  private async next(at: Restored, jws: string): Promise<Restored> {
    const { claims } = await verifyDelta(jws, this.knownKey(at.snapshot));
    const step = stepOfDelta(at.snapshot, claims);
    if (step === 'gap') throw new Error(`revision ${claims.revision} does not follow`);
    if (step === 'old') return at;
    return { snapshot: await applyChangesInSlices(at.snapshot, claims), signedAt: Date.parse(claims.time) };
  }

  private async restoreHead(snapshot: Snapshot): Promise<void> {
    const jws = await this.sealed<string>(HEAD_FILE);
    const head = typeof jws === 'string' ? await this.trustedHead(jws, snapshot) : null;
    if (head === null) return;
    this.state.head = head;
    this.store.noteHead(Math.min(Date.parse(head.claims.time), Date.now()));
    this.store.revoke(head.claims.revoked);
  }

  private async trustedHead(jws: string, snapshot: Snapshot): Promise<Signed<HeadClaims> | null> {
    try {
      return await verifyHead(jws, this.knownKey(snapshot));
    } catch (error) {
      this.logger.error(`the head on disk is not usable: ${(error as Error).message}`);
      return null;
    }
  }

  private async sealed<T>(name: string): Promise<T | null> {
    try {
      return (await this.directory.readSealed(name)) as T | null;
    } catch (error) {
      this.logger.error(`${name} on disk is not usable: ${(error as Error).message}`);
      return null;
    }
  }

  private knownKey(snapshot: Snapshot): KnownKey {
    return (kid) =>
      snapshot.signingKey(kid)?.x ?? this.identity.enrolment?.signingKeys.find((key) => key.kid === kid)?.x;
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
