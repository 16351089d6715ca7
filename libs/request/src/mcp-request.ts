import type { IncomingHttpHeaders } from 'node:http';
import type { Era, MessageKind } from '#libs/envelope';
import { HEADERS, type GatewayRole } from '#libs/contract';
import type { Caller } from './principal.js';

/** Where the body of a request comes from: the connection of an agent, or whoever makes a request of their own. */
export interface BodySource {
  /** Bytes that the headers announce; null where they announce none. */
  readonly announcedBytes: number | null;
  /**
   * The whole body, exactly as it was sent.
   * @throws GatewayError `body_too_large`, `body_timeout` or `client_disconnected`.
   */
  read(): Promise<Buffer>;
}

/** A request to the MCP endpoint of one server, as it came in. It never changes; what stages find out are values of their own. */
export class McpRequest {
  /** Whether it came from an agent or claims to come from another gateway. The claim is proved by authentication. */
  readonly role: GatewayRole;

  constructor(
    /** POST, GET or DELETE. */
    readonly httpMethod: string,
    /** MCP server as the path names it; it need not exist. */
    readonly server: string,
    readonly headers: IncomingHttpHeaders,
    readonly body: BodySource,
    readonly peer: PeerConnection,
  ) {
    this.role = headers[HEADERS.hop] === undefined ? 'entry' : 'handling';
  }

  /** A header that may occur once; the endpoint has refused repetitions. */
  header(name: string): string | undefined {
    const value = this.headers[name];
    return typeof value === 'string' ? value : value?.[0];
  }
}

/** The connection that a request came on, for as long as it lasts. */
export interface PeerConnection {
  /** Address of the peer; empty if the connection was gone before it was known. */
  readonly address: string;
  /**
   * The caller of the last request, by its `Authorization`: the same header on the same connection need not be read again.
   * Whether the caller is still who it was is another question, and always asked.
   */
  last: { readonly authorization: string; readonly caller: Caller } | null;
}

/** What a request asks for: the little of its message that is still needed when its body has been sent on and let go. */
export interface Asked {
  readonly httpMethod: string;
  /** Null for GET and DELETE, which have no message. */
  readonly kind: MessageKind | null;
  readonly era: Era | null;
  /** JSON-RPC method; null for GET, DELETE and posted responses. */
  readonly method: string | null;
  /** The tool of a `tools/call`, else null. */
  readonly tool: string | null;
  /** The id exactly as written; null where there is none. */
  readonly idRaw: string | null;
}

/**
 * True if the request asks for a stream that stays open until somebody ends it: legacy clients listen by GET, modern ones
 * by `subscriptions/listen`.
 */
export const listens = ({ httpMethod, method }: Asked): boolean =>
  httpMethod === 'GET' || method === 'subscriptions/listen';
