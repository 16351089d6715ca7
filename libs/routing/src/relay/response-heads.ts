import { Inject, Injectable } from '@nestjs/common';
import { challengeFor, SessionBinding } from '#libs/auth';
import { HEADERS } from '#libs/contract';
import { OWN_GATEWAY, type OwnGateway } from '#libs/request';
import { replaceHeader } from '../next-hop/forwarded-headers.js';
import { judgeResponse, noteErrorStatus, type ResponseHead } from './judge-response.js';
import { returnedHeaders, single } from './response-headers.js';
import type { SentRequest } from './sent-request.js';
import { renderServerTiming } from './server-timing.js';

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** Makes the head of the agent's response from that of the next hop's. */
@Injectable()
export class ResponseHeads {
  constructor(
    private readonly sessions: SessionBinding,
    @Inject(OWN_GATEWAY) private readonly own: OwnGateway,
  ) {}

  /**
   * The headers to answer with, as a flat list of names and values.
   * @throws GatewayFault when this gateway must answer itself.
   */
  outgoing(sent: SentRequest, head: ResponseHead): string[] {
    const { nextHop, log, asked } = sent;
    judgeResponse(log, nextHop, head);
    noteErrorStatus(log, nextHop, asked.httpMethod, head.status);
    const list = returnedHeaders(head.headers, nextHop.kind === 'hop');
    const session = single(head.headers, HEADERS.sessionId);
    if (session !== undefined) this.bindSession(list, sent, session);
    if (head.status === 401) list.push('www-authenticate', this.challenge(sent));
    this.addTracks(list, sent, head);
    return list;
  }

  /** The handling gateway binds a session to its principal; what comes over a hop is bound already. */
  private bindSession(list: string[], { nextHop, principal, server }: SentRequest, id: string): void {
    if (!VISIBLE_ASCII.test(id))
      throw nextHop.fault('invalid_response', { detail: 'its session id is malformed' });
    if (nextHop.kind === 'upstream')
      replaceHeader(list, HEADERS.sessionId, this.sessions.seal(id, principal, server.name));
  }

  private challenge({ server, log }: SentRequest): string {
    return challengeFor(this.own.url, server.name, log.result.reason ?? 'credentials_invalid');
  }

  private addTracks(list: string[], { log, nextHop, request }: SentRequest, { headers }: ResponseHead): void {
    const isHop = nextHop.kind === 'hop';
    const beyond = isHop ? single(headers, HEADERS.serverTiming) : undefined;
    const via = isHop ? single(headers, 'via') : undefined;
    const { label } = this.own;
    list.push(HEADERS.requestId, log.requestId);
    list.push(HEADERS.serverTiming, renderServerTiming(log, request.role, label, beyond));
    list.push('via', via === undefined ? `1.1 ${label}` : `${via}, 1.1 ${label}`);
  }
}
