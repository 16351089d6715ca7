import { isSameVersion, type HeadClaims } from '#libs/contract';
import { RestoreWatch } from '#libs/registry';
import { Injectable, Logger } from '@nestjs/common';
import { ConfigFeed } from '../config-feed/config-feed.service.js';
import { DeltaLog } from '../config-feed/delta-log.service.js';
import { ConfigSigner } from '../config-feed/config-signer.service.js';

/**
 * Notices that the database was restored from a backup: a replica presents a head that this deployment has signed and
 * that the database does not have.
 */
@Injectable()
export class RestoreDetector {
  private readonly logger = new Logger(RestoreDetector.name);

  constructor(
    private readonly signer: ConfigSigner,
    private readonly feed: ConfigFeed,
    private readonly deltas: DeltaLog,
    private readonly restoreWatch: RestoreWatch,
  ) {}

  /** @param head The newest head that the replica has accepted, a JWS. */
  async examine(replica: string, head: string): Promise<void> {
    const proof = await this.signer.verifyHead(head);
    if (proof === null || this.isKnown(proof)) return;
    const { epoch, revision, digest, revoked } = proof;
    const suspicion = { epoch, revision, digest, replica, revoked, at: new Date().toISOString() };
    if (await this.restoreWatch.markRestoreSuspected(suspicion)) {
      const held = `revision ${revision} of epoch ${epoch}`;
      this.logger.warn(
        `The database does not have ${held}, but replica ${replica} proves that it existed: was a backup restored?`,
      );
    }
  }

  /** Answers from memory for a head that is as expected, so that heartbeats do not cost a query. */
  private isKnown(proof: HeadClaims): boolean {
    const isCurrent = isSameVersion(proof, this.feed.state);
    return isCurrent || this.deltas.digestOf(proof.epoch, proof.revision) === proof.digest;
  }
}
