import { faultMessage, type GatewayError } from '#libs/contract';
import type { RequestLog } from '#libs/request';

/** Where a fault happened, for its rendering. */
export interface FaultScene {
  /** Registry name of the reporting gateway, or its host while it has no name. */
  gateway: string;
  /** Registry name of the entry gateway that the request came from; null where it came from an agent. */
  caller: string | null;
  /** MCP server; null where the request named none. */
  server: string | null;
  requestId: string;
  /** The request's id exactly as written; null where it had none or could not be read. */
  idRaw: string | null;
}

/** The scene of a fault of this request. */
export const sceneOf = (gateway: string, log: RequestLog, server: string): FaultScene => ({
  gateway,
  caller: log.hop?.iss ?? null,
  server,
  requestId: log.requestId,
  idRaw: log.asked?.idRaw ?? null,
});

/** The leg that a fault belongs to; what no next hop has caused lies between the caller and this gateway. */
export const failingLeg = (fault: GatewayError, gateway: string, caller: string | null): string =>
  fault.context.leg ?? legFrom(caller, gateway);

/** The leg on which a request came to a gateway. */
export const legFrom = (caller: string | null, gateway: string): string =>
  `${caller ?? 'client'}->${gateway}`;

/** Renders a fault as a JSON-RPC error response. The id is spliced in as it was written, since numbers would not survive. */
export function renderJsonRpcError(fault: GatewayError, scene: FaultScene): string {
  const error = {
    code: fault.spec.code,
    message: faultMessage(fault, { server: scene.server ?? undefined, gateway: scene.gateway }),
    data: {
      reason: fault.reason,
      gateway: scene.gateway,
      hop: failingLeg(fault, scene.gateway, scene.caller),
      mcpServer: scene.server,
      requestId: scene.requestId,
      retryable: fault.spec.retryable,
    },
  };
  return `{"jsonrpc":"2.0","id":${scene.idRaw ?? 'null'},"error":${JSON.stringify(error)}}`;
}
