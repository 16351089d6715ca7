import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SealedBox, SealError } from './sealed-box.js';

const PLACE = 'secret.ciphertext of hop-secret';
const PLAIN = Buffer.from('thirty-two bytes of hop secret!!');

describe('SealedBox', () => {
  const sut = new SealedBox(randomBytes(32));

  it('opens what it sealed, and seals the same bytes differently each time', () => {
    const sealed = sut.seal(PLACE, PLAIN);
    expect(sut.open(PLACE, sealed)).toEqual(PLAIN);
    expect(sut.seal(PLACE, PLAIN)).not.toEqual(sealed);
    expect(sealed.includes(PLAIN.subarray(0, 8))).toBe(false);
  });

  it('opens an empty text', () => {
    expect(sut.open(PLACE, sut.seal(PLACE, Buffer.alloc(0)))).toHaveLength(0);
  });

  it.each<[string, (sealed: Buffer) => [SealedBox, string, Buffer]]>([
    ['sealed with another key', (sealed) => [new SealedBox(randomBytes(32)), PLACE, sealed]],
    ['moved to another place', (sealed) => [sut, `${PLACE}|1`, sealed]],
    ['with one bit of the text flipped', (sealed) => [sut, PLACE, flip(sealed, sealed.length - 1)]],
    ['with one bit of the tag flipped', (sealed) => [sut, PLACE, flip(sealed, 12)]],
    ['with one bit of the nonce flipped', (sealed) => [sut, PLACE, flip(sealed, 0)]],
    ['cut within the text', (sealed) => [sut, PLACE, sealed.subarray(0, 40)]],
    ['cut within the tag', (sealed) => [sut, PLACE, sealed.subarray(0, 20)]],
    ['that are missing', (sealed) => [sut, PLACE, sealed.subarray(0, 0)]],
  ])('does not open bytes %s', (_, attack) => {
    const [box, place, sealed] = attack(sut.seal(PLACE, PLAIN));
    expect(() => box.open(place, sealed)).toThrow(SealError);
    expect(() => box.open(place, sealed)).toThrow(`${place} cannot be decrypted`);
  });
});

function flip(sealed: Buffer, at: number): Buffer {
  const copy = Buffer.from(sealed);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
