import type { Envelope } from '#libs/envelope';
import type { HopClaims } from '#libs/contract';
import type { Snapshot } from '#libs/snapshot';
import type { Caller } from './principal.js';
import type { Asked, McpRequest } from './mcp-request.js';
import { stageKey } from './passage.js';
import type { TraceContext } from './trace-context.js';

/** After authentication: who calls, over which way, and the configuration that this request sees. */
export interface Authenticated {
  readonly request: McpRequest;
  readonly requestId: string;
  /** The verified hop context; null where the caller is an agent. */
  readonly hop: HopClaims | null;
  readonly caller: Caller;
  readonly snapshot: Snapshot;
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
