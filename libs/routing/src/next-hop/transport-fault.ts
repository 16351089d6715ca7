import { GatewayError } from '#libs/contract';
import { ProhibitedAddressError } from './egress-guard.js';
import type { NextHop, NextHopFailure } from './next-hop.js';

/** How far a request had come when the HTTP client gave up. */
export interface Progress {
  /** A byte of the request may have left. */
  readonly wasSent: boolean;
  /** The response's headers were there. */
  readonly wasAnswered: boolean;
}

/** The fault that an error of the HTTP client stands for. */
export function transportFault(error: Error, nextHop: NextHop, progress: Progress): GatewayError {
  if (error instanceof ProhibitedAddressError)
    return nextHop.because('destination_ip_prohibited', { cause: error });
  const code = codeOf(error);
  if (code === 'UND_ERR_BODY_TIMEOUT') return nextHop.because('stream_idle', { cause: error });
  if (code === 'UND_ERR_DESTROYED' && !progress.wasSent)
    return new GatewayError('draining', { cause: error });
  const failure = failureOf(error, code, progress);
  return nextHop.fault(failure, { cause: error, detail: misbehaviourOf(error, code) });
}

function failureOf(error: Error, code: string, { wasSent, wasAnswered }: Progress): NextHopFailure {
  if (!wasSent) return 'unreachable';
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return 'timeout';
  const isInvalid = isProtocolError(error, code) && !(wasAnswered && isEarlyEnd(error, code));
  return isInvalid ? 'invalid_response' : 'interrupted';
}

/** What undici calls a switch of protocols, and `100 Continue`, where nobody asked for them. */
const UNASKED = new Set(['bad upgrade', 'bad response']);
const LENGTH_MISMATCH = 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
const TOO_LARGE = 'UND_ERR_HEADERS_OVERFLOW';
const PARSER_ERROR = 'HPE_INVALID';
/** undici asserts what every HTTP response must keep to, such as a status of at least 100. */
const ASSERTION = 'ERR_ASSERTION';

const PROTOCOL_ERRORS = new Set([LENGTH_MISMATCH, TOO_LARGE, ASSERTION]);

const isProtocolError = (error: Error, code: string): boolean =>
  code.startsWith('HPE_') || PROTOCOL_ERRORS.has(code) || UNASKED.has(error.message);

/** Behind valid headers, a body that ends before its framing says so has been cut: its sender did not speak wrongly. */
const isEarlyEnd = (error: Error, code: string): boolean =>
  code === LENGTH_MISMATCH || error.message.includes('EOF');

function misbehaviourOf(error: Error, code: string): string {
  if (code === TOO_LARGE) return 'its headers are too large';
  return UNASKED.has(error.message)
    ? 'it sent 1xx that nobody asked for'
    : 'it does not speak HTTP correctly';
}

/** undici's parser errors may come without a code of their own. */
const codeOf = (error: Error): string => {
  if (error.name === 'HTTPParserError') return PARSER_ERROR;
  const code = (error as NodeJS.ErrnoException).code;
  return typeof code === 'string' ? code : '';
};

/** A stream on which nothing happens is no failure where nothing was asked for. */
export const isSilence = (error: Error): boolean => codeOf(error) === 'UND_ERR_BODY_TIMEOUT';
