import { describe, expect, it } from 'vitest';
import { isWellFormedToken, mintToken, tokenHash } from './tokens.js';

describe('tokens', () => {
  it('mints tokens that differ and are well formed', () => {
    const minted = Array.from({ length: 50 }, () => mintToken('cwy_'));
    expect(new Set(minted).size).toBe(50);
    expect(minted.every((token) => /^cwy_[0-9A-Za-z]{49}$/.test(token))).toBe(true);
    expect(minted.every((token) => isWellFormedToken('cwy_', token))).toBe(true);
  });

  it('refuses any change of one character by the checksum alone', () => {
    const token = mintToken('cwy_');
    for (let i = 4; i < token.length; i++) {
      const forged = token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1);
      expect(isWellFormedToken('cwy_', forged)).toBe(false);
    }
  });

  it.each([
    ['a join token offered as an access token', mintToken('cwj_')],
    ['the empty string', ''],
    ['the prefix alone', 'cwy_'],
    ['a token with a character too many', `${mintToken('cwy_')}0`],
    ['a JWT', 'eyJhbGciOiJub25lIn0.e30.'],
  ])('refuses %s', (_, text) => {
    expect(isWellFormedToken('cwy_', text)).toBe(false);
  });

  it('hashes to lower-case hex', () => {
    expect(tokenHash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
