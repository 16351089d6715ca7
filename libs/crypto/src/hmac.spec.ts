import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hmacSha256 } from './hmac.js';

const LONG_KEY_TEXT = 'Test Using Larger Than Block-Size Key - Hash Key First';

describe('hmacSha256', () => {
  it.each([
    ['0b'.repeat(20), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      '4a656665',
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    ['aa'.repeat(131), LONG_KEY_TEXT, '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54'],
  ])('gives the test vector of RFC 4231 for the key %s', (key, text, expected) => {
    expect(hmacSha256(Buffer.from(key, 'hex'), text)).toBe(
      Buffer.from(expected, 'hex').toString('base64url'),
    );
  });

  it('gives what createHmac gives, for any key and ASCII text, also when keys take turns', () => {
    const keys = [fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 })] as const;
    const text = fc.string({ unit: 'binary-ascii', maxLength: 5000 });
    fc.assert(
      fc.property(...keys, fc.array(text, { maxLength: 4 }), (one, other, texts) => {
        for (const each of texts)
          for (const key of [Buffer.from(one), Buffer.from(other)])
            expect(hmacSha256(key, each)).toBe(createHmac('sha256', key).update(each).digest('base64url'));
      }),
    );
  });
});
