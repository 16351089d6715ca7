import { Injectable, type CanActivate } from '@nestjs/common';
import { HopVerifier } from '#libs/auth';
import { GatewayError } from '#libs/contract';
import { EnvelopeError, scanEnvelope, type Envelope } from '#libs/envelope';
import {
  continueTrace,
  type Asked,
  type Authenticated,
  type Read,
  type RequestLog,
  type TraceContext,
  AUTHENTICATED,
  passageOf,
  READ,
  type HttpContext,
} from '#libs/request';
import { assertHeadersMatch } from './header-match.js';
import { assertSize, assertJson } from './http-body.js';

const EMPTY = Buffer.alloc(0);

/** Stage 3: reads the body and finds out what it asks for. What goes on are the original bytes. */
@Injectable()
export class Reading {
  constructor(private readonly hops: HopVerifier) {}

  /**
   * A promise only where there is a body.
   * @throws GatewayError `media_type_unsupported`, `content_encoding_unsupported`, `body_*`, `envelope_invalid`,
   *   `batch_unsupported`, `header_mismatch`, `hop_untrusted` or `client_disconnected`.
   */
  read(authenticated: Authenticated, log: RequestLog): Read | Promise<Read> {
    const { request } = authenticated;
    if (request.httpMethod !== 'POST') return this.understand(authenticated, log, EMPTY, null);
    assertJson(request.headers);
    assertSize(request.body.announcedBytes);
    return request.body.read().then((body) => {
      log.bytesIn = body.length;
      return this.understand(authenticated, log, body, scan(body));
    });
  }

  private understand(
    authenticated: Authenticated,
    log: RequestLog,
    body: Buffer,
    envelope: Envelope | null,
  ): Read {
    const { request, requestId, hop, caller, snapshot } = authenticated;
    const asked = askedBy(request.httpMethod, envelope);
    log.asked = asked;
    this.hops.assertBody(hop, body);
    if (envelope !== null) assertHeadersMatch(request, envelope);
    const message = { body, envelope, trace: traceOf(authenticated, envelope) };
    return { request, requestId, hop, caller, snapshot, asked, message };
  }
}

function scan(body: Buffer): Envelope {
  try {
    return scanEnvelope(body);
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error;
    throw new GatewayError(error.reason, { detail: error.detail });
  }
}

const askedBy = (httpMethod: string, envelope: Envelope | null): Asked =>
  envelope === null
    ? { httpMethod, kind: null, era: null, method: null, tool: null, idRaw: null }
    : {
        httpMethod,
        kind: envelope.kind,
        era: envelope.era,
        method: envelope.method,
        tool: envelope.method === 'tools/call' ? envelope.name : null,
        idRaw: envelope.idRaw,
      };

/** A modern client's own context is in the body; after a hop, the entry gateway's span is the parent. */
function traceOf({ request, hop }: Authenticated, envelope: Envelope | null): TraceContext {
  const ofHeader = {
    traceparent: request.header('traceparent'),
    tracestate: request.header('tracestate'),
  };
  return hop !== null || envelope === null ? continueTrace(ofHeader) : continueTrace(envelope, ofHeader);
}

/** Nest's face of the stage {@link Reading}. */
@Injectable()
export class ReadGuard implements CanActivate {
  constructor(private readonly reading: Reading) {}

  canActivate(context: HttpContext): true | Promise<true> {
    const passage = passageOf(context);
    return passage.settle(READ, this.reading.read(passage.after(AUTHENTICATED), passage.log));
  }
}
