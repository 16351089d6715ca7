import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayFault, HEADERS, negotiatesEra } from '#libs/contract';
import { HeldBytes } from '#libs/envelope';
import type { BodySource } from '#libs/request';
import { awaitsContinue } from '../admission/message-framing.js';

/** Bytes of a request body: what the SDKs' own servers take. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;

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
      const collected = new HeldBytes(MAX_BODY_BYTES);
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
        resolve(collected.take());
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
