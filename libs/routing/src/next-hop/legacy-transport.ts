import { Injectable } from '@nestjs/common';
import { GatewayError, negotiatesEra, type ConfigServer } from '#libs/contract';
import type { Asked } from '#libs/request';
import { mediaTypeOf, single } from '../passed-headers.js';
import type { NextHop } from './next-hop.js';
import { UpstreamDialer } from './upstream.dialer.js';

const EVENT_STREAM = 'text/event-stream';
/** How long the server may take to show how it speaks, milliseconds. */
const PROBE_MS = 2000;
/** How long an answer is believed, milliseconds: agents that try again make no requests of their own. */
const BELIEVED_MS = 10_000;
const MAX_PROBED = 1024;
/** The first event of the HTTP+SSE transport (MCP 2024-11-05, Transports), which tells where to post. */
const ENDPOINT_EVENT = /^(?::[^\r\n]*[\r\n]+)*event: ?endpoint[\r\n]/;
/** What such a server may say to a POST at the URL of its stream. */
const REFUSALS = new Set<number | undefined>([400, 404, 405]);

/** True if a stream begins as that of the HTTP+SSE transport does. */
export const beginsAsLegacyStream = (text: string): boolean => ENDPOINT_EVENT.test(text);

/** Finds out whether a server that refused to negotiate speaks only the HTTP+SSE transport, which gateways do not. */
@Injectable()
export class LegacyTransport {
  private readonly known = new WeakMap<ConfigServer, { at: number; speaksIt: Promise<boolean> }>();

  constructor(private readonly upstreams: UpstreamDialer) {}

  /** The fault to answer with: `transport_unsupported` in place of a refusal that has this reason, else the fault itself. */
  async explain(fault: unknown, nextHop: NextHop, { method }: Asked): Promise<unknown> {
    const isRefusal = fault instanceof GatewayError && fault.reason === 'upstream_status';
    if (!isRefusal || nextHop.kind === 'hop' || !negotiatesEra(method)) return fault;
    if (!REFUSALS.has(fault.context.status) || !(await this.speaksIt(nextHop.server))) return fault;
    return nextHop.because('transport_unsupported', { detail: fault.context.detail ?? '' });
  }

  private speaksIt(server: ConfigServer): Promise<boolean> {
    const known = this.known.get(server);
    if (known !== undefined && performance.now() - known.at < BELIEVED_MS) return known.speaksIt;
    const speaksIt = this.probe(server).catch(() => false);
    this.known.set(server, { at: performance.now(), speaksIt });
    return speaksIt;
  }

  private async probe(server: ConfigServer): Promise<boolean> {
    const { dispatcher, origin, path } = this.upstreams.dial(server);
    const signal = AbortSignal.timeout(PROBE_MS);
    const headers = { accept: EVENT_STREAM };
    const answer = await dispatcher.request({ origin, path, method: 'GET', headers, signal });
    answer.body.on('error', () => undefined);
    try {
      const isStream = mediaTypeOf(single(answer.headers, 'content-type')) === EVENT_STREAM;
      return answer.statusCode === 200 && isStream && (await beginsWithEndpoint(answer.body));
    } finally {
      answer.body.destroy();
    }
  }
}

async function beginsWithEndpoint(body: AsyncIterable<Buffer>): Promise<boolean> {
  let text = '';
  for await (const chunk of body) {
    text += chunk.toString('latin1');
    if (beginsAsLegacyStream(text)) return true;
    if (text.length > MAX_PROBED) return false;
  }
  return false;
}
