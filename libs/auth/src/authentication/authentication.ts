import { Inject, Injectable, type CanActivate } from '@nestjs/common';
import { GatewayError, type HopClaims } from '#libs/contract';
import {
  type Caller,
  type Credential,
  type McpRequest,
  type Principal,
  type Authenticated,
  type RequestLog,
  AUTHENTICATED,
  passageOf,
  type HttpContext,
} from '#libs/request';
import { SnapshotStore, type Snapshot } from '#libs/snapshot';
import { AUTH_OPTIONS, type AuthOptions } from '../auth.options.js';
import { HopVerifier } from '../hop/hop-verifier.js';
import { AUTHENTICATORS, type Authenticator } from './authenticator.js';
import { FailedCredentials } from './failed-credentials.js';
import { SourceAddresses } from './source-addresses.js';

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
   * @throws GatewayError `config_missing`, `config_damaged` or `config_stale`.
   */
  currentSnapshot(): Snapshot {
    const snapshot = this.store.current;
    if (snapshot === null)
      throw new GatewayError(this.store.loss === null ? 'config_missing' : 'config_damaged');
    if (this.isStale) throw new GatewayError('config_stale');
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
   * @throws GatewayError `credentials_*` or `principal_disabled`.
   */
  identify({ headers, peer }: McpRequest, snapshot: Snapshot): Caller | Promise<Caller> {
    const { authorization } = headers;
    const { last } = peer;
    if (authorization === undefined) throw new GatewayError('credentials_missing');
    const caller =
      last?.authorization === authorization
        ? this.renew(last.caller, snapshot)
        : this.verify(this.read(authorization), snapshot);
    if (!(caller instanceof Promise) && caller !== last?.caller) peer.last = { authorization, caller };
    return caller;
  }

  /** @throws GatewayError as {@link identify}. */
  verify(credential: Credential, snapshot: Snapshot): Caller | Promise<Caller> {
    const asOf = this.store.version;
    const principal = credential.verify(snapshot);
    const known = (found: Principal): Caller => ({ credential, principal: found, asOf });
    return principal instanceof Promise ? principal.then(known) : known(principal);
  }

  /**
   * The caller by this snapshot, the current one. It is the same if nothing has happened that could make a difference: neither
   * a new configuration nor a revocation nor the expiry of the credential.
   * @throws GatewayError as {@link identify}.
   */
  renew(caller: Caller, snapshot: Snapshot): Caller | Promise<Caller> {
    const isSame = caller.asOf === this.store.version && caller.principal.expiresAt > Date.now();
    return isSame ? caller : this.verify(caller.credential, snapshot);
  }

  private read(authorization: string): Credential {
    const token = BEARER.exec(authorization)?.[1] ?? '';
    const kind = this.authenticators.find((authenticator) => authenticator.recognises(token));
    if (kind === undefined) throw new GatewayError('credentials_invalid');
    return kind.credentialOf(token);
  }
}

/** Stage 2: finds out who calls, and over which way, and pins the configuration that the request sees. */
@Injectable()
export class Authentication {
  constructor(
    private readonly callers: CallerAuthentication,
    private readonly hops: HopVerifier,
    private readonly failures: FailedCredentials,
    private readonly sources: SourceAddresses,
  ) {}

  /**
   * A promise only where the hop's key, its revision or the kind of the credential has to be waited for.
   * @throws GatewayError `hop_untrusted`, `loop_detected`, `config_*`, `credentials_*`, `principal_disabled` or `overloaded`.
   */
  authenticate(request: McpRequest, log: RequestLog): Authenticated | Promise<Authenticated> {
    this.callers.currentSnapshot();
    if (request.role === 'entry') return this.identify(request, log, null);
    const hop = this.hops.accept(request, log);
    return hop instanceof Promise
      ? hop.then((claims) => this.identify(request, log, claims))
      : this.identify(request, log, hop);
  }

  private identify(
    request: McpRequest,
    log: RequestLog,
    hop: HopClaims | null,
  ): Authenticated | Promise<Authenticated> {
    const snapshot = this.callers.currentSnapshot();
    const { requestId } = log;
    const known = (caller: Caller): Authenticated => ({ request, requestId, hop, caller, snapshot });
    try {
      const caller = this.callers.identify(request, snapshot);
      if (!(caller instanceof Promise)) return known(caller);
      return caller.then(known, (error: unknown) => this.refuse(error, request));
    } catch (error) {
      return this.refuse(error, request);
    }
  }

  /**
   * Over a hop every agent has the entry gateway's address, and that gateway has already counted. Who sends no credential has
   * guessed none, and needs the challenge to find out how to get one.
   */
  private refuse(error: unknown, request: McpRequest): never {
    if (request.role === 'handling' || isMissing(error)) throw error;
    const retryAfter = this.failures.count(this.sources.of(request));
    if (retryAfter === 0) throw error;
    throw new GatewayError('credentials_throttled', { retryAfter });
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof GatewayError && error.reason === 'credentials_missing';

/** Nest's face of the stage {@link Authentication}. */
@Injectable()
export class AuthenticateGuard implements CanActivate {
  constructor(private readonly authentication: Authentication) {}

  canActivate(context: HttpContext): true | Promise<true> {
    const passage = passageOf(context);
    return passage.settle(AUTHENTICATED, this.authentication.authenticate(passage.request, passage.log));
  }
}
