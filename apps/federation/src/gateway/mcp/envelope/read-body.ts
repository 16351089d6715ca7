import type { IncomingMessage } from 'node:http';
import { GatewayFault } from '#libs/contract';

/** Bytes of a request body: what the SDKs' own servers take. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;
const tooLarge = (): GatewayFault => new GatewayFault('body_too_large', { detail: String(MAX_BODY_BYTES) });

/** @throws GatewayFault `body_too_large` where the headers announce that much. */
export function assertSize({ headers }: IncomingMessage): void {
  if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
}

/**
 * Reads the whole body.
 * @param timeoutMs Milliseconds in which it must be here.
 * @param late What to say if it is not.
 * @throws GatewayFault `body_too_large`, as soon as that is known, `late` or `client_disconnected`.
 */
export function readBody(
  request: IncomingMessage,
  timeoutMs: number,
  late: () => GatewayFault,
): Promise<Buffer> {
  if (request.destroyed) return Promise.reject(new GatewayFault('client_disconnected'));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => settle(late()), timeoutMs);
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) return settle(tooLarge());
      chunks.push(chunk);
    };
    const onEnd = (): void => settle(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    const onGone = (): void => settle(new GatewayFault('client_disconnected'));
    const settle = (result: Buffer | GatewayFault): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
      if (result instanceof GatewayFault) {
        // Swallows what the parser may still report about a body that nobody reads any more.
        request.on('error', () => undefined);
        request.pause();
        reject(result);
      } else resolve(result);
    };
    request.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone);
  });
}
