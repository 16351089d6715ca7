import { describe, expect, it } from 'vitest';
import { IntroductionWatcher } from './introduction.js';
import { watchResult } from './message-result.js';

const JSON_TYPE = 'application/json';
const SSE_TYPE = 'text/event-stream';

function introductionIn(mediaType: string, ...chunks: string[]) {
  const sut = new IntroductionWatcher(
    watchResult(mediaType, () => undefined),
    mediaType,
  );
  for (const chunk of chunks) sut.push(Buffer.from(chunk));
  return sut.introduction();
}

const message = (result: unknown): string => JSON.stringify({ jsonrpc: '2.0', id: 1, result });
const INFO = { name: 'm365', version: '1.2' };
const LEGACY = message({ protocolVersion: '2025-11-25', serverInfo: INFO });
const AS_LEGACY = { ...INFO, protocolVersions: ['2025-11-25'] };

describe('the introduction of an MCP server', () => {
  it('is read from the result of initialize, in chunks split anywhere', () => {
    expect(introductionIn(JSON_TYPE, LEGACY.slice(0, 30), LEGACY.slice(30))).toEqual(AS_LEGACY);
  });

  it('is read from a stream of events, behind other messages', () => {
    const log = 'id: 1\ndata: {"jsonrpc":"2.0","method":"notifications/message"}\n\n';
    expect(introductionIn(SSE_TYPE, log, `data: ${LEGACY}\n\n`)).toEqual(AS_LEGACY);
  });

  it('is read from the result of server/discover, whose metadata names the server', () => {
    const result = {
      supportedVersions: ['2026-07-28', 7, '2025-11-25'],
      _meta: { 'io.modelcontextprotocol/serverInfo': INFO },
    };
    const protocolVersions = ['2026-07-28', '2025-11-25'];
    expect(introductionIn(JSON_TYPE, message(result))).toEqual({ ...INFO, protocolVersions });
  });

  it.each([
    ['is an error', JSON_TYPE, '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"no"}}'],
    ['is no JSON', JSON_TYPE, '<html>'],
    ['has a result that is no object', JSON_TYPE, message('yes')],
    ['is longer than an introduction', JSON_TYPE, message({ serverInfo: { name: 'x'.repeat(70_000) } })],
    ['is an unreadable stream', SSE_TYPE, `data: 1\n\n\ufeffdata: ${LEGACY}\n\n`],
  ])('is not there in an answer that %s', (_, mediaType, body) => {
    expect(introductionIn(mediaType, body)).toBeNull();
  });
});
