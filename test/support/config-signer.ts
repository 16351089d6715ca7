import { generateKeyPairSync } from 'node:crypto';
import { CompactSign } from 'jose';
import {
  DELTA_TYPE,
  HEAD_TYPE,
  type DeltaClaims,
  type ConfigChange,
  type HeadClaims,
  type Revocation,
} from '#libs/contract';
import { applyChanges, Snapshot } from '#libs/snapshot';

/** What a control plane signs, for specs of the gateway's side: one signing key and the history of one epoch. */
export class ConfigSigner {
  private readonly pair = generateKeyPairSync('ed25519');

  constructor(readonly kid = 'k1') {}

  /** JWK `x` of the public key. */
  get x(): string {
    return this.pair.publicKey.export({ format: 'jwk' }).x ?? '';
  }

  head(at: Snapshot, more: Partial<HeadClaims> = {}): Promise<string> {
    const { epoch, revision, digest } = at;
    return this.sign(HEAD_TYPE, {
      epoch,
      revision,
      digest,
      time: new Date().toISOString(),
      revoked: [],
      ...more,
    });
  }

  /** The signed delta to the next snapshot, and that snapshot. */
  async delta(
    from: Snapshot,
    changes: ConfigChange[],
    revoked: Revocation[] = [],
  ): Promise<{ jws: string; claims: DeltaClaims; snapshot: Snapshot }> {
    const snapshot = applyChanges(from, {
      epoch: Math.max(1, from.epoch),
      revision: from.revision + 1,
      changes,
    });
    const { epoch, revision, digest } = snapshot;
    const time = new Date().toISOString();
    const claims = { epoch, revision, previousDigest: from.digest, digest, time, changes, revoked };
    return { jws: await this.sign(DELTA_TYPE, claims), claims, snapshot };
  }

  sign(typ: string, claims: object): Promise<string> {
    return new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'EdDSA', kid: this.kid, typ })
      .sign(this.pair.privateKey);
  }
}
