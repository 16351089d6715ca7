import type { PrivateBundle } from '#libs/contract';
import { describe, expect, it } from 'vitest';
import { privateBundle } from './private-bundle.js';

const SECRET = Buffer.alloc(32, 1);
const holder = (name: string, incarnation = `${name}-1`) => ({ name, incarnation });
const AWS = holder('aws');
const AZURE = holder('azure');

describe('privateBundle', () => {
  it('derives the keys that a frozen vector of HKDF-SHA256 gives', () => {
    const { outbound } = privateBundle(SECRET, AWS, [AZURE], 1);
    expect(outbound).toEqual([
      { peer: 'azure', generation: 1, key: 'ZdrGdCYshHkX5Dr_5eAFFMnQc7fix4P3ZaXYq2LtTFo' },
    ]);
  });

  it('gives no generation below the first', () => {
    const { inbound, session } = privateBundle(SECRET, AWS, [AZURE], 1);
    expect(inbound.map(({ generation }) => generation)).toEqual([2, 1]);
    expect(session.map(({ generation }) => generation)).toEqual([1, 2]);
  });

  it('never gives one key for two uses', () => {
    const bundles = ['a', 'b', 'c'].map((name) =>
      privateBundle(
        SECRET,
        holder(name),
        ['a', 'b', 'c'].filter((peer) => peer !== name).map((peer) => holder(peer)),
        5,
      ),
    );
    const inbound = bundles.flatMap((bundle) => bundle.inbound.map(({ key }) => key));
    const session = bundles.flatMap((bundle) => bundle.session.map(({ key }) => key));
    expect(new Set([...inbound, ...session]).size).toBe(inbound.length + session.length);
  });

  it('depends on the secret', () => {
    const other = privateBundle(Buffer.alloc(32, 2), AWS, [AZURE], 1);
    expect(other.outbound[0]?.key).not.toBe(privateBundle(SECRET, AWS, [AZURE], 1).outbound[0]?.key);
  });

  it.each<[string, PrivateBundle]>([
    ['the gateway itself', privateBundle(SECRET, holder('aws', 'aws-2'), [AZURE], 1)],
    ['its peer', privateBundle(SECRET, AWS, [holder('azure', 'azure-2')], 1)],
  ])('gives other hop keys for another incarnation of %s', (_, other) => {
    const before = privateBundle(SECRET, AWS, [AZURE], 1);
    const known = new Set([...before.inbound, ...before.outbound].map(({ key }) => key));
    expect([...other.inbound, ...other.outbound].filter(({ key }) => known.has(key))).toEqual([]);
  });

  it('gives other session keys for another incarnation of the gateway', () => {
    const before = privateBundle(SECRET, AWS, [], 1).session.map(({ key }) => key);
    const after = privateBundle(SECRET, holder('aws', 'aws-2'), [], 1).session.map(({ key }) => key);
    expect(after.filter((key) => before.includes(key))).toEqual([]);
  });
});
