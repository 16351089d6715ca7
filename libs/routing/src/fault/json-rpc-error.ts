import { faultMessage, type GatewayFault } from '#libs/contract';

/** Where a fault happened, for its rendering. */
export interface FaultScene {
  /** Registry name of the reporting gateway, or its host while it has no name. */
  gateway: string;
  /** MCP server; null where the request named none. */
  server: string | null;
  requestId: string;
  /** The request's id exactly as written; null where it had none or could not be read. */
  idRaw: string | null;
}

/** The hop that a fault belongs to; what no next hop has caused lies between the caller and this gateway. */
export const failingHop = (fault: GatewayFault, gateway: string): string =>
  fault.context.hop ?? `client->${gateway}`;

/** Renders a fault as a JSON-RPC error response. The id is spliced in as it was written, since numbers would not survive. */
export function renderJsonRpcError(fault: GatewayFault, scene: FaultScene): string {
  const error = {
    code: fault.spec.code,
    message: faultMessage(fault, { server: scene.server ?? undefined, gateway: scene.gateway }),
    data: {
      reason: fault.reason,
      gateway: scene.gateway,
      hop: failingHop(fault, scene.gateway),
      mcpServer: scene.server,
      requestId: scene.requestId,
      retryable: fault.spec.retryable,
    },
  };
  return `{"jsonrpc":"2.0","id":${scene.idRaw ?? 'null'},"error":${JSON.stringify(error)}}`;
}
