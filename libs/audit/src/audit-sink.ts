import type { AuditEnding, AuditFacts } from '#libs/contract';

/** A request that is about to leave. Only the sink that gave it knows more of it. */
export interface AuditIntent {
  readonly requestId: string;
  /**
   * Resolves when the operating system has the intent's bytes, so that it outlives this process.
   * Rejects with GatewayError `audit_unavailable` when they could not be written; the request must not leave then.
   * Intents of one turn of the event loop share this promise.
   */
  readonly written: Promise<void>;
}

/** Where the request path leaves its audit parts. */
export interface AuditSink {
  /**
   * Announces that a request is about to leave. It may leave only when `intent.written` has resolved: what an MCP server
   * executes has a record, even if this process is killed.
   * @param bytesIn Bytes of the request's body.
   * @throws GatewayError `audit_unavailable` if it is clear at once that there is no room; the request must not leave then.
   */
  recordIntent(facts: AuditFacts, bytesIn: number): AuditIntent;

  /**
   * Records how the request of an intent ended. To be called once, when the raw response has closed. Never throws: a part
   * that cannot be kept is logged and counted. The bytes may reach the operating system up to 20 ms later. If the intent
   * could not be written, the request counts as refused.
   */
  recordOutcome(intent: AuditIntent, ending: AuditEnding): void;

  /** Records a request that was refused before anything of it left. Otherwise as {@link recordOutcome}. */
  recordRefusal(facts: AuditFacts, ending: AuditEnding): void;
}

/** Injection token of the {@link AuditSink}. */
export const AUDIT_SINK = Symbol('AuditSink');
