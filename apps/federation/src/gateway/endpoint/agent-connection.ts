import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { AgentResponse, PeerConnection } from '#libs/request';

/** The HTTP response of an agent's connection. */
export class AgentHttpResponse extends ServerResponse implements AgentResponse {
  /** Headers of every answer to this request, whoever gives it, as a flat list of names and values. */
  readonly common: string[] = [];
  private isLast = false;

  /** Tells the client that the connection ends with this answer. */
  announceClose(): void {
    if (!this.isLast) this.common.push('connection', 'close');
    this.isLast = true;
  }

  /** The head in one go: nothing is kept by name, since nothing is changed any more. */
  sendHead(status: number, headers: string[]): void {
    this.writeHead(status, this.common.length === 0 ? headers : this.common.concat(headers));
  }
}

/** A request that came on a connection, with its response. */
export interface OpenRequest {
  readonly request: IncomingMessage;
  readonly response: AgentHttpResponse;
}

/** What the endpoint knows of one connection of an agent or of another gateway. */
export class AgentConnection implements PeerConnection {
  last: PeerConnection['last'] = null;
  /** The request that came last. */
  latest: OpenRequest | null = null;
  /**
   * The last answer of the connection has been given, or is about to be: what comes behind its request would be executed, and
   * nobody could be told the outcome (RFC 9112 §9.6).
   */
  hasLastAnswer = false;
  /** The parser has given up on it; it reports that again with each packet. */
  isBroken = false;

  /** Kept, since a socket that is gone does not know it any more, and a refusal is counted when its response has closed. */
  readonly address: string;

  constructor(socket: Duplex) {
    this.address = (socket as Socket).remoteAddress ?? '';
  }
}

const CONNECTION = Symbol('AgentConnection');
type Carrier = Duplex & { [CONNECTION]?: AgentConnection };

export const connectionOf = (socket: Duplex): AgentConnection =>
  ((socket as Carrier)[CONNECTION] ??= new AgentConnection(socket));
