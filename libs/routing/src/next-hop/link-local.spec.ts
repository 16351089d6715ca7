import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { lookupBeyondLink } from './link-local.js';

type Found = string | LookupAddress[];

/** The result of looking up a name that has these addresses. */
function lookedUp(found: Found): Error | Found {
  const resolve: LookupFunction = (_, __, callback) => callback(null, found);
  let said: Error | Found = '';
  lookupBeyondLink(resolve)('name', {}, (error, address) => (said = error ?? address));
  return said;
}

describe('lookupBeyondLink', () => {
  it.each([
    ['169.254.169.254'],
    ['::ffff:169.254.169.254'],
    ['fe80::1%eth0'],
    ['febf::1'],
    ['fd00:ec2::254'],
  ])('a name that leads to %s is not found', (address) => {
    const others = [
      { address: '10.0.0.1', family: 4 },
      { address, family: 4 },
    ];
    expect(lookedUp(address)).toBeInstanceOf(Error);
    expect(lookedUp(others)).toBeInstanceOf(Error);
  });

  it.each([['127.0.0.1'], ['10.1.2.3'], ['169.253.255.255'], ['::1'], ['fd00::1']])(
    'a name that leads to %s is found',
    (address) => {
      expect(lookedUp(address)).toBe(address);
      expect(lookedUp([{ address, family: 4 }])).toEqual([{ address, family: 4 }]);
    },
  );
});
