/** Listening streams are limited apart: they stay open for hours and cost hardly more than their sockets. */
export type LoadKind = 'requests' | 'streams';

/** Most of each kind that may be under way to one next hop at a time. */
export type LoadLimit = Readonly<Record<LoadKind, number>>;

export interface RoutingOptions {
  /** Local address that connections to MCP servers come from; null: the system's choice. */
  upstreamLocalAddress: string | null;
  /** What may be under way to one MCP server, directly or over a hop. */
  perServer: LoadLimit;
  /** What may be under way to one remote gateway, whatever the MCP server. */
  perHop: LoadLimit;
}

/** Injection token of {@link RoutingOptions}. */
export const ROUTING_OPTIONS = Symbol('RoutingOptions');
