import { GatewayFault, type FaultContext, type Reason } from '#libs/contract';
import type { Route } from '#libs/auth';

type Failure = 'unreachable' | 'timeout' | 'interrupted' | 'invalid_response';

const PROTOCOL_ERRORS = new Set(['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'UND_ERR_HEADERS_OVERFLOW']);

/** The two ends of the next hop, for the fault's message and its hop. */
export function hopOf(route: Route, ownGateway: string): Pick<FaultContext, 'hop' | 'peer'> {
  return route.kind === 'hop'
    ? { hop: `${ownGateway}->${route.peer.name}`, peer: route.peer.name }
    : { hop: `${ownGateway}->${route.server.name}` };
}

const reasonFor = (route: Route, failure: Failure): Reason =>
  route.kind === 'hop' ? `remote_gateway_${failure}` : `upstream_${failure}`;

/** The fault that an error of the HTTP client stands for. */
export function transportFault(
  error: Error,
  route: Route,
  ownGateway: string,
  wasConnected: boolean,
): GatewayFault {
  const context = { ...hopOf(route, ownGateway), cause: error, detail: 'it does not speak HTTP correctly' };
  const code = codeOf(error);
  if (code === 'UND_ERR_BODY_TIMEOUT') return new GatewayFault('stream_idle', context);
  return new GatewayFault(reasonFor(route, failureOf(code, wasConnected)), context);
}

function failureOf(code: string, wasConnected: boolean): Failure {
  if (!wasConnected) return 'unreachable';
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return 'timeout';
  return code.startsWith('HPE_') || PROTOCOL_ERRORS.has(code) ? 'invalid_response' : 'interrupted';
}

/** undici's parser errors may come without a code of their own. */
const codeOf = (error: Error): string => {
  if (error.name === 'HTTPParserError') return 'HPE_INVALID';
  const code = (error as NodeJS.ErrnoException).code;
  return typeof code === 'string' ? code : '';
};
