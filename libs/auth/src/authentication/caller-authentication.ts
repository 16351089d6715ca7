import { Inject, Injectable } from '@nestjs/common';
import { GatewayFault } from '#libs/contract';
import type { Caller, Credential, McpRequest, Principal } from '#libs/request';
import { SnapshotStore, type Snapshot } from '#libs/snapshot';
import { AUTH_OPTIONS, type AuthOptions } from '../auth.options.js';
import { AUTHENTICATORS, type Authenticator } from './authenticator.js';

const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** Finds out who calls, by the credential of the request and the newest configuration. */
@Injectable()
export class CallerAuthentication {
  constructor(
    private readonly store: SnapshotStore,
    @Inject(AUTHENTICATORS) private readonly authenticators: readonly Authenticator[],
    @Inject(AUTH_OPTIONS) private readonly options: AuthOptions,
  ) {}

  /**
   * The snapshot that decides now. Without one nothing is known of anybody: neither 404 nor 401 would be true.
   * @throws GatewayFault `config_missing` or `config_stale`.
   */
  currentSnapshot(): Snapshot {
    const snapshot = this.store.current;
    if (snapshot === null) throw new GatewayFault('config_missing');
    if (this.isStale) throw new GatewayFault('config_stale');
    return snapshot;
  }

  /** True if {@link currentSnapshot} has one. */
  get isConfigured(): boolean {
    return this.store.current !== null && !this.isStale;
  }

  private get isStale(): boolean {
    return this.store.isStale(this.options.maxStalenessSeconds);
  }

  /**
   * The caller of a request by this snapshot, the current one; a promise only where the kind of the credential needs one.
   * @throws GatewayFault `credentials_*` or `principal_disabled`.
   */
  identify({ headers, peer }: McpRequest, snapshot: Snapshot): Caller | Promise<Caller> {
    const { authorization } = headers;
    const { last } = peer;
    if (authorization === undefined) throw new GatewayFault('credentials_missing');
    const caller =
      last?.authorization === authorization
        ? this.renew(last.caller, snapshot)
        : this.verify(this.read(authorization), snapshot);
    if (!(caller instanceof Promise) && caller !== last?.caller) peer.last = { authorization, caller };
    return caller;
  }

  /** @throws GatewayFault as {@link identify}. */
  verify(credential: Credential, snapshot: Snapshot): Caller | Promise<Caller> {
    const asOf = this.store.version;
    const principal = credential.verify(snapshot);
    const known = (found: Principal): Caller => ({ credential, principal: found, asOf });
    return principal instanceof Promise ? principal.then(known) : known(principal);
  }

  /**
   * The caller by this snapshot, the current one. It is the same if nothing has happened that could make a difference: neither
   * a new configuration nor a revocation nor the expiry of the credential.
   * @throws GatewayFault as {@link identify}.
   */
  renew(caller: Caller, snapshot: Snapshot): Caller | Promise<Caller> {
    const isSame = caller.asOf === this.store.version && caller.principal.expiresAt > Date.now();
    return isSame ? caller : this.verify(caller.credential, snapshot);
  }

  private read(authorization: string): Credential {
    const token = BEARER.exec(authorization)?.[1] ?? '';
    const kind = this.authenticators.find((authenticator) => authenticator.recognises(token));
    if (kind === undefined) throw new GatewayFault('credentials_invalid');
    return kind.credentialOf(token);
  }
}
