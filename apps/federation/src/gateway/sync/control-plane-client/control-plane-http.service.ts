import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../../../settings/settings.js';
import { refusalOf } from './control-plane-refusal.error.js';

export interface CallOptions {
  headers?: Record<string, string>;
  /** Milliseconds until the response headers. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

const CONNECT_MS = 3000;
const RESPONSE_MS = 10_000;
const MAX_JSON_BYTES = 64 * 1024 * 1024;

/** Plain HTTP to the control plane: time-outs, statuses, JSON. */
@Injectable()
export class ControlPlaneHttp implements OnApplicationShutdown {
  private readonly agent = new Agent({ connect: { timeout: CONNECT_MS }, keepAliveTimeout: 10_000 });

  constructor(@Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings) {}

  /**
   * The body of a 2xx answer as a stream.
   * @param path With query, below the control plane's URL.
   * @throws ControlPlaneRefusal on any other status.
   */
  async stream(
    method: 'GET' | 'POST',
    path: string,
    body: string | Buffer | null,
    options: CallOptions,
  ): Promise<Readable> {
    const answer = await request(`${this.settings.controlPlaneUrl}${path}`, {
      dispatcher: this.agent,
      method,
      body,
      headers: { ...(body === null ? {} : { 'content-type': 'application/json' }), ...options.headers },
      headersTimeout: options.timeoutMs ?? RESPONSE_MS,
      bodyTimeout: RESPONSE_MS,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    if (answer.statusCode >= 200 && answer.statusCode < 300) return answer.body;
    throw refusalOf(answer.statusCode, await answer.body.text());
  }

  /** The JSON of a 2xx answer, or null if it has no body.
   * @throws ControlPlaneRefusal on any other status. */
  async json(
    method: 'GET' | 'POST',
    path: string,
    body: string | Buffer | null,
    options: CallOptions,
  ): Promise<unknown> {
    const stream = await this.stream(method, path, body, options);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_JSON_BYTES) throw new Error('the answer of the control plane is too large');
      chunks.push(chunk);
    }
    return bytes === 0 ? null : JSON.parse(Buffer.concat(chunks).toString('utf8'));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }
}
