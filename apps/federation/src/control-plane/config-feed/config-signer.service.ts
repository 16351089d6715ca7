import { DELTA_TYPE, HEAD_CLAIMS, HEAD_TYPE, type HeadClaims } from '#libs/contract';
import { Injectable } from '@nestjs/common';
import { CompactSign, compactVerify, decodeProtectedHeader } from 'jose';
import { createPublicKey } from 'node:crypto';
import { DeploymentKeys } from '../keys/deployment-keys.service.js';

const ALGORITHM = 'EdDSA';

/** Signs the heads and deltas that gateways apply, as compact JWS (RFC 7515) with Ed25519 (RFC 8037). */
@Injectable()
export class ConfigSigner {
  constructor(private readonly keys: DeploymentKeys) {}

  signHead(claims: HeadClaims): Promise<string> {
    return this.sign(HEAD_TYPE, JSON.stringify(claims));
  }

  /** @param claims `DeltaClaims` as JSON text. */
  signDelta(claims: string): Promise<string> {
    return this.sign(DELTA_TYPE, claims);
  }

  /** The claims of a head that this deployment has signed with any of its keys; null for anything else. */
  async verifyHead(jws: string): Promise<HeadClaims | null> {
    try {
      const key = this.keys.find(String(decodeProtectedHeader(jws).kid));
      if (key === undefined) return null;
      const verified = await compactVerify(jws, createPublicKey(key.privateKey), { algorithms: [ALGORITHM] });
      const claims: unknown = JSON.parse(Buffer.from(verified.payload).toString());
      return verified.protectedHeader.typ === HEAD_TYPE && HEAD_CLAIMS.is(claims) ? claims : null;
    } catch {
      // A head that cannot be verified proves nothing, for whatever reason.
      return null;
    }
  }

  private sign(typ: string, payload: string): Promise<string> {
    const { kid, privateKey } = this.keys.active;
    const header = { alg: ALGORITHM, kid, typ };
    return new CompactSign(Buffer.from(payload)).setProtectedHeader(header).sign(privateKey);
  }
}
