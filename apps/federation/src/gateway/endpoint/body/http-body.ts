import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayFault, HEADERS, negotiatesEra } from '#libs/contract';
import type { BodySource } from '#libs/request';
import { awaitsContinue } from '../admission/message-framing.js';

/** Bytes of a request body: what the SDKs' own servers take. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** What a body that comes in pieces is collected in at first; it doubles as needed. */
const FIRST_CAPACITY = 16 * 1024;

const EMPTY = Buffer.alloc(0);

const tooLarge = (): GatewayFault => new GatewayFault('body_too_large', { detail: String(MAX_BODY_BYTES) });

/** @throws GatewayFault `body_too_large` where the headers announce that much. */
export function assertSize(announcedBytes: number | null): void {
  if (announcedBytes !== null && announcedBytes > MAX_BODY_BYTES) throw tooLarge();
}

/** The body of an HTTP request, still on its connection. */
export class HttpBody implements BodySource {
  /** @param timeoutMs Milliseconds in which the whole body must be here, once it is asked for. */
  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly timeoutMs: number,
  ) {}

  get announcedBytes(): number | null {
    const length = this.request.headers['content-length'];
    return length === undefined ? null : Number(length);
  }

  read(): Promise<Buffer> {
    const { request } = this;
    if (request.destroyed) return Promise.reject(new GatewayFault('client_disconnected'));
    if (awaitsContinue(request)) this.response.writeContinue();
    return new Promise((resolve, reject) => {
      const collected = new CollectedBytes();
      let isOver = false;
      const over = (): void => {
        isOver = true;
        clearTimeout(timer);
      };
      const fail = (fault: GatewayFault): void => {
        over();
        letGo(request);
        reject(fault);
      };
      const timer = setTimeout(() => fail(this.late()), this.timeoutMs);
      const gone = (): void => {
        if (!isOver) fail(new GatewayFault('client_disconnected'));
      };
      request.on('data', (chunk: Buffer) => {
        if (!isOver && !collected.add(chunk)) fail(tooLarge());
      });
      request.on('end', () => {
        over();
        resolve(collected.bytes);
      });
      request.on('close', gone).on('error', gone);
    });
  }

  /** A slow network is nobody's fault, but a client that probes takes 408 for the word of a legacy server. */
  private late(): GatewayFault {
    const method = this.request.headers[HEADERS.mcpMethod];
    const isProbe = typeof method === 'string' && negotiatesEra(method);
    return new GatewayFault('body_timeout', isProbe ? { status: 503 } : {});
  }
}

/** Nobody reads the rest of the body; what the parser may still report about it is swallowed. */
function letGo(request: IncomingMessage): void {
  request.on('error', () => undefined);
  request.pause();
}

/** Chunks put together as they come: a body in one-byte chunks must not cost an object for each byte. */
class CollectedBytes {
  private held: Buffer = EMPTY;
  private size = 0;

  /** False, and nothing is added, if the body is too large with it. */
  add(chunk: Buffer): boolean {
    const size = this.size + chunk.length;
    if (size > MAX_BODY_BYTES) return false;
    if (this.size === 0) this.held = chunk;
    else this.append(chunk, size);
    this.size = size;
    return true;
  }

  get bytes(): Buffer {
    return this.held.length === this.size ? this.held : this.held.subarray(0, this.size);
  }

  /** The first chunk is exactly as long as it is, so that it is never written into: it belongs to the parser. */
  private append(chunk: Buffer, size: number): void {
    if (size > this.held.length) this.grow(size);
    chunk.copy(this.held, this.size);
  }

  private grow(needed: number): void {
    const capacity = Math.max(FIRST_CAPACITY, needed, Math.min(2 * this.held.length, MAX_BODY_BYTES));
    const larger = Buffer.allocUnsafe(capacity);
    this.held.copy(larger, 0, 0, this.size);
    this.held = larger;
  }
}
