import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { continueTrace, exchangeOf, HopVerifier, type Exchange, type TraceParent } from '#libs/auth';
import { GatewayFault, HEADERS, negotiatesEra } from '#libs/contract';
import { EnvelopeError, scanEnvelope, type Envelope } from '#libs/envelope';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../../../settings/settings.js';
import { awaitsContinue } from '../admit/message-framing.js';
import { assertHeadersMatch } from './header-match.js';
import { assertJson } from './media-type.js';
import { assertSize, readBody } from './read-body.js';

/** Reads the body and finds out what it asks for. What goes on are the original bytes. */
@Injectable()
export class EnvelopeGuard implements CanActivate {
  constructor(
    private readonly hops: HopVerifier,
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const exchange = exchangeOf(context);
    if (exchange.httpMethod === 'POST') await readEnvelope(exchange, this.settings.bodyTimeoutMs);
    exchange.trace = continueTrace(...parentsOf(exchange));
    this.hops.assertBody(exchange);
    if (exchange.envelope !== null) assertHeadersMatch(exchange, exchange.envelope);
    return true;
  }
}

async function readEnvelope(exchange: Exchange, timeoutMs: number): Promise<void> {
  const { request, response } = exchange;
  assertJson(request.headers);
  assertSize(request);
  if (awaitsContinue(request)) response.writeContinue();
  exchange.body = await readBody(request, timeoutMs, () => lateBody(exchange));
  exchange.envelope = scan(exchange.body);
}

/** A slow network is nobody's fault, but a client that probes takes 408 for the word of a legacy server. */
function lateBody(exchange: Exchange): GatewayFault {
  const isProbe = negotiatesEra(exchange.header(HEADERS.mcpMethod) ?? null);
  return new GatewayFault('body_timeout', isProbe ? { status: 503 } : {});
}

function scan(body: Buffer): Envelope {
  try {
    return scanEnvelope(body);
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error;
    throw new GatewayFault(error.reason, { detail: error.detail });
  }
}

/** A modern client's own context is in the body; after a hop, the entry gateway's span is the parent. */
function parentsOf(exchange: Exchange): TraceParent[] {
  const ofHeader = {
    traceparent: exchange.header('traceparent'),
    tracestate: exchange.header('tracestate'),
  };
  return exchange.hop !== null || exchange.envelope === null ? [ofHeader] : [exchange.envelope, ofHeader];
}
