import type { IncomingHttpHeaders } from 'node:http';
import { HEADERS, type GatewayRole } from '#libs/contract';
import type { PeerConnection } from './peer-connection.js';

/** Where the body of a request comes from: the connection of an agent, or whoever makes a request of their own. */
export interface BodySource {
  /** Bytes that the headers announce; null where they announce none. */
  readonly announcedBytes: number | null;
  /**
   * The whole body, exactly as it was sent.
   * @throws GatewayFault `body_too_large`, `body_timeout` or `client_disconnected`.
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
