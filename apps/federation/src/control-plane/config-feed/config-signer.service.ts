import { DELTA_TYPE, HEAD_CLAIMS, HEAD_TYPE, type HeadClaims } from '#libs/contract';
import { Injectable } from '@nestjs/common';
import { CompactSign, compactVerify, decodeProtectedHeader } from 'jose';
import { createPublicKey } from 'node:crypto';
import { DeploymentKeys } from '../keys/deployment-keys.service.js';

const ALGORITHM = 'EdDSA';

/** Signs what gateways apply, as compact JWS (RFC 7515) with Ed25519 (RFC 8037). */
@Injectable()
export class ConfigSigner {
  constructor(private readonly keys: DeploymentKeys) {}

  signHead(claims: HeadClaims): Promise<string> {
    return this.sign(HEAD_TYPE, JSON.stringify(claims));
  }

  /** @param claims the JSON text of `DeltaClaims`. */
  signDelta(claims: string): Promise<string> {
    return this.sign(DELTA_TYPE, claims);
  }

  /** The claims of a head that this deployment has signed, under whichever key; null for anything else. */
  async verifyHead(jws: string): Promise<HeadClaims | null> {
    try {
      const key = this.keys.find(String(decodeProtectedHeader(jws).kid));
      if (key === undefined) return null;
      const verified = await compactVerify(jws, createPublicKey(key.privateKey), { algorithms: [ALGORITHM] });
      const claims: unknown = JSON.parse(Buffer.from(verified.payload).toString());
      return verified.protectedHeader.typ === HEAD_TYPE && HEAD_CLAIMS.is(claims) ? claims : null;
    } catch {
      // Whatever is wrong with it: it proves nothing.
      return null;
    }
  }

  private sign(typ: string, payload: string): Promise<string> {
    const { kid, privateKey } = this.keys.active;
    const header = { alg: ALGORITHM, kid, typ };
    return new CompactSign(Buffer.from(payload)).setProtectedHeader(header).sign(privateKey);
  }
}
