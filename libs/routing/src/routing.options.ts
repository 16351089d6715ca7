/** Listening streams are limited apart: they stay open for hours and cost hardly more than their sockets. */
export type LoadKind = 'requests' | 'streams';

/** Most of each kind that may be under way to one next hop at a time. */
export type LoadLimit = Readonly<Record<LoadKind, number>>;

/** Something that no registered URL shall lead to. */
export interface OwnService {
  /** What it is, for the log, such as "the control plane (CONTROL_PLANE_URL)". */
  readonly what: string;
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  /** An MCP server or a gateway may stand at the same address and port, behind the same load balancer, if that is said. */
  readonly isShareable: boolean;
}

export interface RoutingOptions {
  /** Networks in which addresses may be dialled that are prohibited elsewhere: CIDRs, addresses, or `address:port`. */
  allowedNetworks: readonly string[];
  ownServices: readonly OwnService[];
  /** Local address that connections to MCP servers come from; null: the system's choice. */
  upstreamLocalAddress: string | null;
  /** What may be under way to one MCP server, directly or over a hop. */
  perServer: LoadLimit;
  /** What may be under way to one remote gateway, whatever the MCP server. */
  perHop: LoadLimit;
}

/** Injection token of {@link RoutingOptions}. */
export const ROUTING_OPTIONS = Symbol('RoutingOptions');
