import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MasterKey, SealBroken, type SealedPlace } from './master-key.js';

const PLACE: SealedPlace = { table: 'secret', row: 'hop-secret', column: 'ciphertext' };
const PLAIN = Buffer.from('plaintext');

describe('MasterKey', () => {
  const sut = new MasterKey(randomBytes(32));

  it('opens what it sealed', () => {
    expect(sut.open(PLACE, sut.seal(PLACE, PLAIN))).toEqual(PLAIN);
  });

  it('never gives the same ciphertext twice', () => {
    expect(sut.seal(PLACE, PLAIN)).not.toEqual(sut.seal(PLACE, PLAIN));
  });

  it.each<[string, (sealed: Buffer) => [MasterKey, SealedPlace, Buffer]]>([
    ['with another master key', (sealed) => [new MasterKey(randomBytes(32)), PLACE, sealed]],
    ['after it was moved to another row', (sealed) => [sut, { ...PLACE, row: 'other' }, sealed]],
    ['after it was moved to another column', (sealed) => [sut, { ...PLACE, column: 'other' }, sealed]],
    ['after one bit was flipped', (sealed) => [sut, PLACE, flipLast(sealed)]],
    ['when it is cut short', (sealed) => [sut, PLACE, sealed.subarray(0, 20)]],
  ])('does not open a ciphertext %s', (_, attack) => {
    const [key, place, sealed] = attack(sut.seal(PLACE, PLAIN));
    expect(() => key.open(place, sealed)).toThrow(SealBroken);
  });
});

function flipLast(sealed: Buffer): Buffer {
  const copy = Buffer.from(sealed);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}
