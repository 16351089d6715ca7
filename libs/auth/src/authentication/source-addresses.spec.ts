import { describe, expect, it } from 'vitest';
import { SourceAddresses } from './source-addresses.js';

const from = (address: string, forwarded?: string, trustedProxies: string[] = []): string =>
  new SourceAddresses({ trustedProxies }).of({
    peer: { address, last: null },
    header: (name) => (name === 'x-forwarded-for' ? forwarded : undefined),
  });

describe('SourceAddresses', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0DB8:1:2:ffff::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::1:2:3:4:5', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ])('of %j is %j, so that a network of IPv6 is one source', (address, expected) =>
    expect(from(address)).toBe(expected),
  );

  it('does not believe X-Forwarded-For of anybody who is no trusted proxy', () => {
    expect(from('192.0.2.1', '198.51.100.7')).toBe('192.0.2.1');
    expect(from('192.0.2.1', '198.51.100.7', ['10.0.0.0/8'])).toBe('192.0.2.1');
  });

  it.each([
    ['198.51.100.7', '198.51.100.7'],
    ['203.0.113.9, 198.51.100.7', '198.51.100.7'],
    ['203.0.113.9, 198.51.100.7, 10.1.1.1', '198.51.100.7'],
    ['198.51.100.7:5123', '198.51.100.7'],
    ['[2001:db8:1:2::1]:443', '2001:db8:1:2::/64'],
    ['10.0.0.9', '10.0.0.9'],
    ['198.51.100.7, unknown', '10.0.0.1'],
    ['', '10.0.0.1'],
    [undefined, '10.0.0.1'],
  ])('through a trusted proxy, of %j takes the rightmost address that is no proxy', (forwarded, expected) =>
    expect(from('10.0.0.1', forwarded, ['10.0.0.0/8', 'fd00::/8'])).toBe(expected),
  );

  it('knows a proxy by the IPv4 form of its address, and by one address alone', () => {
    expect(from('::ffff:10.0.0.1', '198.51.100.7', ['10.0.0.1'])).toBe('198.51.100.7');
    expect(from('fd00::5', '198.51.100.7', ['fd00::/8'])).toBe('198.51.100.7');
  });
});
