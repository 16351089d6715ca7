import { describe, expect, it } from 'vitest';
import { parserFault } from './parser-fault.js';

const error = (code: string, reason?: string): NodeJS.ErrnoException =>
  Object.assign(new Error('said by Node'), { code, reason });

describe('parserFault', () => {
  it.each([
    ['HPE_INVALID_METHOD', false, 'request_malformed'],
    ['HPE_INVALID_CHUNK_SIZE', true, 'request_malformed'],
    ['HPE_HEADER_OVERFLOW', false, 'headers_too_large'],
    ['ERR_HTTP_REQUEST_TIMEOUT', false, 'headers_timeout'],
    ['ERR_HTTP_REQUEST_TIMEOUT', true, 'body_timeout'],
    ['ECONNRESET', true, undefined],
    ['EPIPE', false, undefined],
  ])('of %s, in the body: %s, is %s', (code, isInBody, reason) =>
    expect(parserFault(error(code), isInBody)?.reason).toBe(reason),
  );

  it("quotes the parser's reason, and never the text of the error", () =>
    expect(parserFault(error('HPE_INVALID_METHOD', 'Invalid method'), false)?.context.detail).toBe(
      'Invalid method',
    ));
});
