import { isSameVersion, stepOfDelta, type HeadClaims, type Version } from '#libs/contract';
import { applyChangesInSlices, TimeSlicer, SnapshotStore, type Snapshot } from '#libs/snapshot';
import { Injectable, Logger } from '@nestjs/common';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { filesOf, listGenerations } from '../../state/config/generations.js';
import { MARK_FILE, type Mark } from '../../state/config/high-water-mark.js';
import { readJournal } from '../../state/config/journal-file.js';
import {
  HEAD_FILE,
  LastKnownGood,
  TOMBSTONES_FILE,
  type KeptTombstones,
} from '../../state/config/last-known-good.service.js';
import { readSnapshotFile, type ProvenSnapshot } from '../../state/config/snapshot-file.js';
import { DataDirectory } from '../../state/data-directory.js';
import { ReplicaIdentity } from '../../state/identity/replica-identity.js';
import { lossOf, newerOf, type Found } from './loss.js';
import { verifyDelta, verifyHead, type KnownKey, type Signed } from './signed-claims.js';
import { SyncState } from './sync-state.service.js';

/** A snapshot from disk and when its statement was signed, milliseconds since the epoch. */
interface Restored {
  snapshot: Snapshot;
  signedAt: number;
}

/** What was found on disk. */
interface Kept extends Found {
  restored: Restored | null;
}

/** True if there is a file and it is not damaged. */
const isRead = <T>(found: T | 'damaged' | null): found is Exclude<T, 'damaged'> =>
  found !== null && found !== 'damaged';

/**
 * Restores what was kept on disk, so that a gateway serves while the control plane is down. What cannot be read or proven is
 * left out with a line in the log. If what is left is less than what this replica has served, nothing is served until the
 * control plane has sent the configuration anew.
 */
@Injectable()
export class ColdStart {
  private readonly logger = new Logger(ColdStart.name);

  constructor(
    private readonly directory: DataDirectory,
    private readonly identity: ReplicaIdentity,
    private readonly store: SnapshotStore,
    private readonly state: SyncState,
    private readonly disk: LastKnownGood,
  ) {}

  async run(): Promise<void> {
    const { enrolment } = this.identity;
    if (enrolment === null) return;
    const found = await this.find(enrolment.deploymentId);
    if (isRead(found.tombstones)) this.store.revoke(found.tombstones.revoked);
    await this.restoreHead(found.restored?.snapshot ?? null);
    const loss = lossOf(found);
    if (loss === null) this.serve(found, enrolment.deploymentId);
    else this.withhold(loss, found);
  }

  private async find(deploymentId: string): Promise<Kept> {
    const mark = await this.sealed<Mark>(MARK_FILE);
    const tombstones = await this.sealed<KeptTombstones>(TOMBSTONES_FILE);
    if (isRead(mark) && mark.deploymentId !== deploymentId)
      return { mark: null, generation: null, restored: null, tombstones };
    const [generation = null] = await listGenerations(this.directory.configPath);
    return { mark, generation, restored: await this.newestSnapshot(), tombstones };
  }

  private serve({ mark, restored, tombstones }: Kept, deploymentId: string): void {
    if (restored === null) return;
    const { snapshot, signedAt } = restored;
    const { epoch, revision, digest } = snapshot;
    this.store.noteHead(Math.min(signedAt, Date.now()));
    this.state.applied();
    this.store.replace(snapshot);
    const reached = { deploymentId, epoch, revision, digest, tombstones: isRead(mark) ? mark.tombstones : 0 };
    this.disk.resume(reached, isRead(tombstones) ? tombstones.number : 0);
    this.logger.log(`serving from disk: epoch ${epoch}, revision ${revision}`);
  }

  private withhold(loss: string, { mark, restored, tombstones }: Kept): void {
    const versions = [
      isRead(mark) ? mark : null,
      restored?.snapshot ?? null,
      this.state.head?.claims ?? null,
    ];
    this.state.floor = versions.reduce<Version | null>(newerOf, null);
    this.store.withhold(loss);
    this.disk.resume(isRead(mark) ? mark : null, isRead(tombstones) ? tombstones.number : 0);
    this.logger.error(`${loss}: nothing is served until the control plane has sent the configuration anew`);
  }

  private async newestSnapshot(): Promise<Restored | null> {
    for (const generation of await listGenerations(this.directory.configPath)) {
      try {
        return await this.restore(generation);
      } catch (error) {
        this.logger.error(`config/${generation}.snapshot is not usable: ${(error as Error).message}`);
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
    if (!(await exists(join(path, journal)))) {
      this.logger.warn(`config/${journal} is missing`);
      return at;
    }
    try {
      const slicer = new TimeSlicer();
      for await (const delta of readJournal(join(path, journal), journal, box)) {
        at = await this.next(at, delta);
        await slicer.pause();
      }
    } catch (error) {
      this.logger.error(
        `config/${journal} is damaged after revision ${at.snapshot.revision}: ${(error as Error).message}`,
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

  private async restoreHead(snapshot: Snapshot | null): Promise<void> {
    const jws = await this.sealed<string>(HEAD_FILE);
    if (jws === null && snapshot !== null)
      this.logger.warn(
        `config/${HEAD_FILE} is missing: the age of the configuration counts from its last change`,
      );
    const head = isRead(jws) ? await this.trustedHead(jws, snapshot) : null;
    if (head === null) return;
    this.state.head = head;
    this.store.noteHead(Math.min(Date.parse(head.claims.time), Date.now()));
    this.store.revoke(head.claims.revoked);
  }

  private async trustedHead(jws: string, snapshot: Snapshot | null): Promise<Signed<HeadClaims> | null> {
    try {
      return await verifyHead(jws, this.knownKey(snapshot));
    } catch (error) {
      this.logger.error(`config/head is not usable: ${(error as Error).message}`);
      return null;
    }
  }

  private async sealed<T>(name: string): Promise<T | 'damaged' | null> {
    try {
      return (await this.directory.readSealed(name)) as T | null;
    } catch (error) {
      this.logger.error(`config/${name} is damaged: ${(error as Error).message}`);
      return 'damaged';
    }
  }

  private knownKey(snapshot: Snapshot | null): KnownKey {
    return (kid) => snapshot?.signingKey(kid)?.x ?? this.identity.signingKey(kid);
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
