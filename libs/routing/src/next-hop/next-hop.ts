import {
  GatewayError,
  type FaultContext,
  type ConfigGateway,
  type Reason,
  type ConfigServer,
} from '#libs/contract';

/** The ways in which a next hop fails, whatever it is. */
export type NextHopFailure = 'unreachable' | 'timeout' | 'interrupted' | 'invalid_response';

type Details = Pick<FaultContext, 'cause' | 'detail' | 'status' | 'retryAfter'>;

/** Where a request goes from this gateway, and what a failure on that way is called. */
abstract class Way {
  /** The leg as errors, logs and records name it, such as `aws->azure`. */
  readonly label: string;

  constructor(
    /** Registry name of this gateway, or its host while it has no name. */
    from: string,
    /** Registry name of what is reached next. */
    readonly name: string,
    readonly server: ConfigServer,
  ) {
    this.label = `${from}->${name}`;
  }

  /** A fault on this way, with a reason of the catalogue. */
  abstract because(reason: Reason, details?: Details): GatewayError;
}

/** The MCP server itself, which this gateway reaches. */
export class UpstreamHop extends Way {
  readonly kind = 'upstream';

  constructor(from: string, server: ConfigServer) {
    super(from, server.name, server);
    Object.freeze(this);
  }

  because(reason: Reason, details: Details = {}): GatewayError {
    return new GatewayError(reason, { leg: this.label, ...details });
  }

  fault(failure: NextHopFailure, details: Details): GatewayError {
    return this.because(`upstream_${failure}`, details);
  }

  /** Where the MCP server itself fails, seen from here. */
  get serverLabel(): string {
    return this.label;
  }
}

/** Another gateway, next to the MCP server. */
export class GatewayHop extends Way {
  readonly kind = 'hop';

  constructor(
    from: string,
    readonly peer: ConfigGateway,
    server: ConfigServer,
  ) {
    super(from, peer.name, server);
    Object.freeze(this);
  }

  because(reason: Reason, details: Details = {}): GatewayError {
    return new GatewayError(reason, { leg: this.label, peer: this.peer.name, ...details });
  }

  fault(failure: NextHopFailure, details: Details): GatewayError {
    return this.because(`remote_gateway_${failure}`, details);
  }

  /** Where the MCP server itself fails, seen from here: behind the other gateway. */
  get serverLabel(): string {
    return `${this.peer.name}->${this.server.name}`;
  }
}

export type NextHop = UpstreamHop | GatewayHop;
