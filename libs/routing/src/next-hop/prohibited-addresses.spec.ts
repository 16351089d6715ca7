import { describe, expect, it } from 'vitest';
import { addressOf, prohibitionOf } from './prohibited-addresses.js';

const METADATA = 'a metadata service of a cloud';
const MACHINE = 'an address of this machine';
const LINK = 'a link-local address';

describe('prohibitionOf', () => {
  it.each([
    ['169.254.169.254', METADATA],
    ['169.254.170.2', METADATA],
    ['100.100.100.200', METADATA],
    ['168.63.129.16', METADATA],
    ['192.0.0.192', METADATA],
    ['fd00:ec2::254', METADATA],
    ['fd20:ce::254', METADATA],
    ['127.0.0.1', MACHINE],
    ['127.255.255.254', MACHINE],
    ['::1', MACHINE],
    ['0.0.0.0', 'an unspecified address'],
    ['::', 'an unspecified address'],
    ['169.254.0.9', LINK],
    ['fe80::1%eth0', LINK],
    ['febf::1', LINK],
    ['fec0::1', LINK],
    ['224.0.0.1', 'a multicast or broadcast address'],
    ['255.255.255.255', 'a multicast or broadcast address'],
    ['ff02::1', 'a multicast or broadcast address'],
    ['::ffff:169.254.169.254', METADATA],
    ['::ffff:7f00:1', MACHINE],
  ])('%s is %s', (address, what) => expect(prohibitionOf(addressOf(address))).toBe(what));

  it.each([
    ['IPv4-compatible', '::a9fe:a9fe', '169.254.169.254'],
    ['translated', '::ffff:0:a9fe:a9fe', '169.254.169.254'],
    ['NAT64', '64:ff9b::a9fe:a9fe', '169.254.169.254'],
    ['NAT64', '64:ff9b::7f00:1', '127.0.0.1'],
    ['NAT64 with a local prefix', '64:ff9b:1::a83f:8110', '168.63.129.16'],
    ['NAT64 with a local prefix of 48 bits', '64:ff9b:1:a9fe:a9:fe00::', '169.254.169.254'],
    ['6to4', '2002:a9fe:a9fe::1', '169.254.169.254'],
    ['6to4', '2002:7f00:1::', '127.0.0.1'],
    ['Teredo, as the server', '2001:0:7f00:1::', '127.0.0.1'],
    ['Teredo, as the client', '2001:0:4136:e378:8000:63bf:5601:5601', '169.254.169.254'],
    ['ISATAP', '2001:db8::5efe:7f00:1', '127.0.0.1'],
    ['ISATAP of a private network', '2001:db8::200:5efe:6464:64c8', '100.100.100.200'],
  ])('sees through %s: %s', (_, address, embedded) => {
    expect(prohibitionOf(addressOf(address))).toContain(`(${embedded}) in another form`);
  });

  it.each([
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.253.255.255',
    '203.0.113.7',
    'fd00::1',
    '2001:db8::1',
    '64:ff9b::a01:203',
    '64:ff9b:1:a01:2:300::',
    '2002:cb00:7107::1',
  ])('%s may be dialled', (address) => expect(prohibitionOf(addressOf(address))).toBeNull());
});
