import { Injectable, type CanActivate } from '@nestjs/common';
import { GatewayError, HEADERS } from '#libs/contract';
import { type Envelope, EnvelopeError, scanEnvelope } from '#libs/envelope';
import {
  type McpRequest,
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
import { HopVerifier } from '#libs/auth';
import { assertSize, assertJson } from './http-body.js';

const SENTINEL = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Which value of the body `Mcp-Name` mirrors, by method (MCP 2026-07-28, transports). */
const MIRRORED: Readonly<Record<string, 'name' | 'uri' | 'taskId'>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};

const mismatch = (detail: string): GatewayError => new GatewayError('header_mismatch', { detail });

/**
 * The body decides; whoever routes by headers behind this gateway must not see something else. Modern requests must have
 * the headers; where legacy ones have them, they must not contradict.
 * @throws GatewayError `header_mismatch` naming the header.
 */
export function assertHeadersMatch(request: McpRequest, envelope: Envelope): void {
  const isRequired = envelope.era === 'modern' && envelope.kind === 'request';
  const version = request.header(HEADERS.protocolVersion);
  const contradicts = version !== undefined && version !== envelope.protocolVersion;
  if (envelope.era === 'modern' && (contradicts || (isRequired && version === undefined)))
    throw mismatch('MCP-Protocol-Version');
  if (envelope.method === null) return;
  assertMirrors(request.header(HEADERS.mcpMethod), envelope.method, isRequired, 'Mcp-Method');
  const mirrored = Object.hasOwn(MIRRORED, envelope.method) ? MIRRORED[envelope.method] : undefined;
  if (mirrored === undefined) return;
  assertMirrors(decoded(request.header(HEADERS.mcpName)), envelope[mirrored], isRequired, 'Mcp-Name');
}

function assertMirrors(
  header: string | null | undefined,
  body: string | null,
  isRequired: boolean,
  name: string,
): void {
  const isMissing = header === undefined && isRequired && body !== null;
  if (isMissing || (header !== undefined && header !== body)) throw mismatch(name);
}

/** Undoes the base64 form of values that a header cannot hold; null if it is malformed. */
function decoded(value: string | undefined): string | null | undefined {
  if (value === undefined || !value.startsWith('=?')) return value;
  const base64 = SENTINEL.exec(value)?.[1];
  if (base64 === undefined || !BASE64.test(base64)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(base64, 'base64'));
  } catch {
    return null;
  }
}

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
