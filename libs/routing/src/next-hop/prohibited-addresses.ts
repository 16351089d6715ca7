import ipaddr, { type IPv4, type IPv6 } from 'ipaddr.js';

export type Address = IPv4 | IPv6;
export type Network = readonly [Address, number];

/** The network of a CIDR, or of one address. */
export const networkOf = (text: string): Network =>
  text.includes('/') ? ipaddr.parseCIDR(text) : oneAddress(ipaddr.parse(text));

const oneAddress = (address: Address): Network => [address, address.kind() === 'ipv4' ? 32 : 128];

/** An address as it is dialled: IPv4 in IPv6 clothes (RFC 4291 §2.5.5.2) is IPv4. @throws Error if it is none. */
export function addressOf(text: string): Address {
  const address = ipaddr.parse(text);
  return isIPv6(address) && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

const isIPv6 = (address: Address): address is IPv6 => address.kind() === 'ipv6';

export const isWithin = (address: Address, [network, bits]: Network): boolean =>
  address.kind() === network.kind() && address.match([network, bits]);

interface Prohibition {
  readonly what: string;
  readonly networks: readonly Network[];
}

const prohibition = (what: string, ...networks: string[]): Prohibition => ({
  what,
  networks: networks.map(networkOf),
});

/**
 * Where no MCP server and no gateway is, unless somebody has put it there on purpose: this machine, its link, and the services
 * by which clouds give credentials to whoever asks from inside.
 */
const PROHIBITIONS: readonly Prohibition[] = [
  prohibition(
    'a metadata service of a cloud',
    '169.254.169.254',
    '169.254.170.0/24',
    'fd00:ec2::/32',
    'fd20:ce::254',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
  ),
  prohibition('an address of this machine', '127.0.0.0/8', '::1'),
  prohibition('an unspecified address', '0.0.0.0/8', '::'),
  prohibition('a link-local address', '169.254.0.0/16', 'fe80::/10', 'fec0::/10'),
  prohibition('a multicast or broadcast address', '224.0.0.0/4', '255.255.255.255', 'ff00::/8'),
];

/** What the address is that makes it one that is not dialled; null if nothing does. */
export function prohibitionOf(address: Address): string | null {
  const known = PROHIBITIONS.find(({ networks }) => networks.some((network) => isWithin(address, network)));
  if (known !== undefined) return known.what;
  if (!isIPv6(address)) return null;
  for (const embedded of embeddedIn(address)) {
    const what = prohibitionOf(embedded);
    if (what !== null) return `${what} (${embedded.toString()}) in another form`;
  }
  return null;
}

/** True for an address by which a machine reaches itself. */
export const isLoopback = (address: Address): boolean =>
  PROHIBITIONS[1]!.networks.some((network) => isWithin(address, network));

type Bytes = readonly number[];
const last4 = (bytes: Bytes): number[] => bytes.slice(12);

/** How translators and tunnels write an IPv4 address into an IPv6 address: where, and how it is read back. */
const EMBEDDINGS: readonly (readonly [Network, ...((bytes: Bytes) => number[])[]])[] = [
  // IPv4-compatible (RFC 4291 §2.5.5.1), and translated (RFC 2765 §2.1).
  [networkOf('::/96'), last4],
  [networkOf('::ffff:0:0:0/96'), last4],
  // NAT64 (RFC 6052 §2.2, RFC 8215); in the local prefix the address may stand at either place.
  [networkOf('64:ff9b::/96'), last4],
  [networkOf('64:ff9b:1::/48'), last4, (bytes) => [bytes[6]!, bytes[7]!, bytes[9]!, bytes[10]!]],
  // 6to4 (RFC 3056 §2).
  [networkOf('2002::/16'), (bytes) => bytes.slice(2, 6)],
  // Teredo (RFC 4380 §4): the server, and the client with every bit turned.
  [networkOf('2001::/32'), (bytes) => bytes.slice(4, 8), (bytes) => last4(bytes).map((byte) => byte ^ 0xff)],
];

/** ISATAP (RFC 5214 §6.1) may stand under any prefix. */
const isIsatap = (bytes: Bytes): boolean =>
  (bytes[8]! & 0xfd) === 0 && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;

function embeddedIn(address: IPv6): IPv4[] {
  const bytes = address.toByteArray();
  const found = EMBEDDINGS.filter(([network]) => isWithin(address, network)).flatMap(([, ...read]) => read);
  if (isIsatap(bytes)) found.push(last4);
  // Where there are only zeros, there is no address: it stands elsewhere.
  return found
    .map((read) => new ipaddr.IPv4(read(bytes)))
    .filter(({ octets }) => octets.some((octet) => octet > 0));
}
