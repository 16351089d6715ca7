import { GatewayError } from '#libs/contract';

/** What the parser says of a broken message is a sentence of its own, never a part of the message. */
type ParserError = NodeJS.ErrnoException & { reason?: string };

const PARSER_PREFIX = 'HPE_';

/**
 * The fault for an error of the HTTP server's connection, or null if the connection itself is gone.
 * @param isInBody The headers are here, the body is not.
 */
export function parserFault(error: ParserError, isInBody: boolean): GatewayError | null {
  const { code } = error;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new GatewayError(isInBody ? 'body_timeout' : 'headers_timeout');
  if (code === 'HPE_HEADER_OVERFLOW') return new GatewayError('headers_too_large', { cause: error });
  if (code?.startsWith(PARSER_PREFIX) !== true) return null;
  return new GatewayError('request_malformed', { detail: error.reason ?? code, cause: error });
}
