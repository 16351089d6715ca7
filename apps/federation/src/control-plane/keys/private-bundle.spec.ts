import { describe, expect, it } from 'vitest';
import { privateBundle } from './private-bundle.js';

const SECRET = Buffer.alloc(32, 1);

describe('privateBundle', () => {
  it('derives the keys that a frozen vector of HKDF-SHA256 gives', () => {
    const { outbound } = privateBundle(SECRET, 'aws', ['azure'], 1);
    expect(outbound).toEqual([
      { peer: 'azure', generation: 1, key: 'hrkGTscvx1rVVtgZZ9fg2gHsJ-2EfkUlS9u5gXI98QA' },
    ]);
  });

  it('gives no generation below the first', () => {
    const { inbound, session } = privateBundle(SECRET, 'aws', ['azure'], 1);
    expect(inbound.map(({ generation }) => generation)).toEqual([2, 1]);
    expect(session.map(({ generation }) => generation)).toEqual([1, 2]);
  });

  it('never gives one key for two uses', () => {
    const bundles = ['a', 'b', 'c'].map((name) =>
      privateBundle(
        SECRET,
        name,
        ['a', 'b', 'c'].filter((peer) => peer !== name),
        5,
      ),
    );
    const inbound = bundles.flatMap((bundle) => bundle.inbound.map(({ key }) => key));
    const session = bundles.flatMap((bundle) => bundle.session.map(({ key }) => key));
    expect(new Set([...inbound, ...session]).size).toBe(inbound.length + session.length);
  });

  it('depends on the secret', () => {
    const other = privateBundle(Buffer.alloc(32, 2), 'aws', ['azure'], 1);
    expect(other.outbound[0]?.key).not.toBe(privateBundle(SECRET, 'aws', ['azure'], 1).outbound[0]?.key);
  });
});
