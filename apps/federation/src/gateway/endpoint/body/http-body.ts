import type { IncomingMessage, ServerResponse, IncomingHttpHeaders } from 'node:http';
import { GatewayError, HEADERS, negotiatesEra } from '#libs/contract';
import { HeldBytes } from '#libs/envelope';
import type { BodySource } from '#libs/request';
import { awaitsContinue } from '../admission/message-framing.js';

/** Bytes of a request body: what the SDKs' own servers take. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;

const tooLarge = (): GatewayError => new GatewayError('body_too_large', { detail: String(MAX_BODY_BYTES) });

/** @throws GatewayError `body_too_large` where the headers announce that much. */
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
    if (request.destroyed) return Promise.reject(new GatewayError('client_disconnected'));
    if (awaitsContinue(request)) this.response.writeContinue();
    return new Promise((resolve, reject) => {
      const collected = new HeldBytes(MAX_BODY_BYTES);
      let isOver = false;
      const over = (): void => {
        isOver = true;
        clearTimeout(timer);
      };
      const fail = (fault: GatewayError): void => {
        over();
        letGo(request);
        reject(fault);
      };
      const timer = setTimeout(() => fail(this.late()), this.timeoutMs);
      const gone = (): void => {
        if (!isOver) fail(new GatewayError('client_disconnected'));
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
  private late(): GatewayError {
    const method = this.request.headers[HEADERS.mcpMethod];
    const isProbe = typeof method === 'string' && negotiatesEra(method);
    return new GatewayError('body_timeout', isProbe ? { status: 503 } : {});
  }
}

/** Nobody reads the rest of the body; what the parser may still report about it is swallowed. */
function letGo(request: IncomingMessage): void {
  request.on('error', () => undefined);
  request.pause();
}

const JSON_TYPE = 'application/json';
const JSON_WITH_PARAMETER =
  /^application\/json[ \t]*(?:;[ \t]*charset[ \t]*=[ \t]*(?:utf-8|"utf-8")[ \t]*)?;?[ \t]*$/i;
/** Longer media types are refused unread: matching one must not take longer than its length warrants. Characters. */
const MAX_LENGTH = 128;

/**
 * What cannot be read cannot be judged: anything but plain JSON in UTF-8 is refused, since an MCP server might read it
 * after all.
 * @throws GatewayError `media_type_unsupported` or `content_encoding_unsupported`.
 */
export function assertJson(headers: IncomingHttpHeaders): void {
  const type = headers['content-type'];
  if (type !== JSON_TYPE && (type === undefined || !isJson(type)))
    throw new GatewayError('media_type_unsupported', { detail: seen(type) });
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new GatewayError('content_encoding_unsupported', { detail: seen(encoding) });
}

const isJson = (type: string): boolean => type.length <= MAX_LENGTH && JSON_WITH_PARAMETER.test(type);

function seen(text: string | undefined): string {
  if (text === undefined) return '(none)';
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
