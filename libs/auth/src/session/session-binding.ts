import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { GatewayError } from '#libs/contract';
import { secretKey } from '#libs/crypto';
import type { Principal } from '#libs/request';
import { HOP_KEYRING, type HopKeyring } from '#libs/snapshot';

const TAG_BYTES = 16;
const SEPARATOR = '~';

/**
 * Binds an `Mcp-Session-Id` to its principal and MCP server: to the server all callers may look alike, so its own binding,
 * if it has one, does not tell them apart. The outward id carries the binding in itself, so that any replica can check it.
 */
@Injectable()
export class SessionBinding {
  constructor(@Inject(HOP_KEYRING) private readonly keyring: HopKeyring) {}

  /**
   * The id that the agent gets for the MCP server's session.
   * @throws GatewayError `session_key_missing` until the private bundle is here.
   */
  seal(upstreamId: string, principal: Principal, server: string): string {
    const newest = this.keyring.session()[0];
    if (newest === undefined) throw this.keyMissing();
    return `${upstreamId}${SEPARATOR}${tagOf(newest.key, upstreamId, principal, server).toString('base64url')}`;
  }

  /**
   * The MCP server's own id.
   * @throws GatewayError `session_unknown` for an id that is not this principal's on this server.
   */
  open(outwardId: string, principal: Principal, server: string): string {
    const at = outwardId.lastIndexOf(SEPARATOR);
    const upstreamId = outwardId.slice(0, Math.max(at, 0));
    const tag = Buffer.from(outwardId.slice(at + 1), 'base64url');
    const keys = this.keyring.session();
    if (keys.length === 0) throw this.keyMissing();
    const isOwn = keys.some(({ key }) => isSame(tag, tagOf(key, upstreamId, principal, server)));
    if (!isOwn) throw new GatewayError('session_unknown');
    return upstreamId;
  }

  private keyMissing(): GatewayError {
    void this.keyring.refresh();
    return new GatewayError('session_key_missing');
  }
}

function tagOf(key: Buffer, upstreamId: string, principal: Principal, server: string): Buffer {
  const bound = JSON.stringify([principal.issuer, principal.subject, server, upstreamId]);
  return createHmac('sha256', secretKey(key)).update(bound).digest().subarray(0, TAG_BYTES);
}

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);
