/** Outcome of an agent's request. `unknown`: a gateway died between forwarding and the outcome. */
export type AuditStatus = 'success' | 'error' | 'denied' | 'cancelled' | 'unknown';

export type GatewayRole = 'entry' | 'handling';

/**
 * One gateway's part of an audit record. It is written twice: as an intent before the request is forwarded, and as an
 * outcome when the raw response closed. The control plane merges the parts of both gateways by `requestId`.
 */
export interface AuditPart {
  phase: 'intent' | 'outcome';
  requestId: string;
  role: GatewayRole;
  /** Registry name and `host[:port]` of the gateway that wrote it. */
  gateway: string;
  gatewayHost: string;
  /** When the request came in, RFC 3339 UTC. */
  timestamp: string;
  user: string | null;
  server: string;
  tool: string | null;
  /** JSON-RPC method, or the HTTP method where there is no body. */
  method: string | null;
  /** `host[:port]` of the handling gateway, if the server is known. */
  handlingGateway: string | null;
  /** `host[:port]` of the entry gateway; the hop's issuer where `role` is handling. */
  entryGateway: string | null;
  /** 1 if the request was sent over a hop, or came over one; 0 also where it was refused before that. */
  proxyHops: number;
  status: AuditStatus;
  decision: 'allow' | 'deny' | null;
  policy: string | null;
  reason: string | null;
  /** The failing hop, such as `aws->azure`. */
  hop: string | null;
  httpStatus: number | null;
  revision: number;
  traceId: string | null;
  client: string | null;
  /** Milliseconds from the first byte in to the close of the response. */
  totalMs: number | null;
  /** Milliseconds waiting for the next hop: the remote gateway at the entry, the MCP server at the handling gateway. */
  downstreamMs: number | null;
  bytesIn: number;
  bytesOut: number;
}

/** How a request ended; everything that an outcome knows more than its intent. */
export type AuditEnding = Pick<
  AuditPart,
  'status' | 'reason' | 'hop' | 'httpStatus' | 'totalMs' | 'downstreamMs' | 'bytesIn' | 'bytesOut'
>;

/** What is known of a request before it leaves the gateway; the same in its intent and in its outcome. */
export type AuditFacts = Omit<AuditPart, 'phase' | keyof AuditEnding>;

/** A part with its place in the spool of one process: (replica, boot, seq) identify it for ever. */
export interface SpooledPart {
  seq: number;
  part: AuditPart;
}

/** Body of `POST /internal/v1/audit`: parts of one boot, in order of `seq`. */
export interface AuditBatch {
  boot: string;
  records: SpooledPart[];
}

/** Answer: everything up to and including `seq` is stored; the spool may drop it. */
export interface AuditReceipt {
  boot: string;
  seq: number;
}
