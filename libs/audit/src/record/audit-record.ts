import type { AuditStatus, GatewayRole } from '#libs/contract';

/** One agent request as the admin API lists it. Times in milliseconds; null where no outcome told them. */
export interface McpAuditRecord {
  kind: 'mcp';
  /** The request id that the entry gateway minted. */
  id: string;
  /** When the request came in, RFC 3339 UTC. */
  timestamp: string;
  user: string | null;
  mcp_server: string;
  tool: string | null;
  /** `host[:port]`, as is `handling_gateway`. */
  entry_gateway: string | null;
  handling_gateway: string | null;
  proxy_hops: number;
  total_latency_ms: number | null;
  status: AuditStatus;
  trace_id: string | null;
  method: string | null;
  decision: 'allow' | 'deny' | null;
  policy: string | null;
  reason: string | null;
  /** The failing hop, such as `aws->azure`. */
  hop: string | null;
  revision: number;
  hops: AuditHop[];
  /** Time between the gateways. */
  proxy_ms: number | null;
  /** Time waiting for the MCP server. */
  upstream_ms: number | null;
  bytes_in: number;
  bytes_out: number;
  client: string | null;
}

/** Requests of nobody known that one gateway refused, as the admin API lists them: too many for a record each. */
export interface RefusalsAuditRecord {
  kind: 'refusals';
  id: string;
  /** When the time began in which they came, RFC 3339 UTC; it ended at `until`. */
  timestamp: string;
  until: string;
  user: null;
  /** `host[:port]`. */
  entry_gateway: string;
  status: 'denied';
  revision: null;
  /** IPv4 address or IPv6 network that they came from; `_other` stands for many. */
  source: string;
  count: number;
  /** How many of them had each reason. */
  reasons: Record<string, number>;
}

/** A gateway's own time. The hops' `ms`, `proxy_ms` and `upstream_ms` add up to `total_latency_ms`. */
export interface AuditHop {
  gateway: string;
  role: GatewayRole;
  ms: number | null;
}
