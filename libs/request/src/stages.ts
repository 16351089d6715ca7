import type { HopClaims } from '#libs/contract';
import type { Envelope } from '#libs/envelope';
import type { Snapshot } from '#libs/snapshot';
import type { Asked } from './asked.js';
import type { McpRequest } from './mcp-request.js';
import { stageKey } from './passage.js';
import type { Principal } from './principal.js';
import type { TraceContext } from './trace-context.js';

/** A credential whose form has been read, and that is judged by a snapshot, as often as needed. */
export interface Credential {
  /** @throws GatewayFault `credentials_*` or `principal_disabled`. */
  verify(snapshot: Snapshot): Principal | Promise<Principal>;
}

/** A caller as one snapshot and the revocations of one moment know it. */
export interface Caller {
  readonly credential: Credential;
  readonly principal: Principal;
  /** By which the principal was found. */
  readonly snapshot: Snapshot;
  /** `SnapshotStore.version` at that moment. */
  readonly asOf: number;
}

/** After authentication: who calls, over which way, and the configuration that this request sees. */
export interface Authenticated {
  readonly request: McpRequest;
  readonly requestId: string;
  /** The verified hop context; null where the caller is an agent. */
  readonly hop: HopClaims | null;
  readonly caller: Caller;
}

/** A request as it was read. */
export interface Message {
  /** The bytes as received; empty where there is no body. They go on exactly so. */
  readonly body: Buffer;
  /** Null for GET and DELETE. */
  readonly envelope: Envelope | null;
  readonly trace: TraceContext;
}

/** After reading: what the caller asks for. */
export interface Read extends Authenticated {
  readonly asked: Asked;
  readonly message: Message;
}

export const AUTHENTICATED = stageKey<Authenticated>('authentication');
export const READ = stageKey<Read>('reading the body');
