import type { AuditPart } from '#libs/contract';

/** Where the request path leaves its audit parts. Both calls return when the operating system has the bytes. */
export interface AuditSink {
  /**
   * To be called before a request is forwarded: what an MCP server executes has a record, even if this process is killed.
   * @throws GatewayFault `audit_unavailable` when the spool cannot take the part; the request must not be forwarded then.
   */
  recordIntent(part: AuditPart): void;
  /** To be called once, when the raw response closed. Never throws: a part that cannot be kept is logged and counted. */
  recordOutcome(part: AuditPart): void;
}

/** Injection token of the {@link AuditSink}. */
export const AUDIT_SINK = Symbol('AuditSink');
