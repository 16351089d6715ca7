export interface RoutingOptions {
  /** Local address that connections to MCP servers come from; null: the system's choice. */
  upstreamLocalAddress: string | null;
}

/** Injection token of {@link RoutingOptions}. */
export const ROUTING_OPTIONS = Symbol('RoutingOptions');
