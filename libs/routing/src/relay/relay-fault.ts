import type { Route } from '#libs/auth';
import { GatewayFault } from '#libs/contract';
import { EnvelopeError } from '#libs/envelope';
import { hopOf } from '../fault/transport-fault.js';

/** The fault that an error in handling a response stands for. */
export function relayFault(error: unknown, route: Route, ownGateway: string): GatewayFault {
  if (error instanceof GatewayFault) return error;
  if (!(error instanceof EnvelopeError)) return new GatewayFault('internal_error', { cause: error });
  const reason = error.kind === 'too_large' ? 'upstream_response_too_large' : 'upstream_invalid_response';
  return new GatewayFault(reason, { ...hopOf(route, ownGateway), detail: error.detail });
}

/** A stream on which nothing happens is no failure where nothing was asked for. */
export const isSilence = (error: Error): boolean =>
  (error as NodeJS.ErrnoException).code === 'UND_ERR_BODY_TIMEOUT';
