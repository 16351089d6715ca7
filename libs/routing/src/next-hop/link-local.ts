import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';

/**
 * Addresses of this machine's own link (RFC 3927, RFC 4291 §2.5.6). Clouds give credentials there to whoever asks from
 * inside; one of them does so at an address of another range as well. No MCP server is there.
 */
const LINK_LOCAL = new BlockList();
LINK_LOCAL.addSubnet('169.254.0.0', 16, 'ipv4');
LINK_LOCAL.addSubnet('fe80::', 10, 'ipv6');
LINK_LOCAL.addAddress('fd00:ec2::254', 'ipv6');

/** A connector that connects to no link-local address, whether a URL has it or a name leads to it. */
export function connectorBeyondLink(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector({ ...options, lookup: lookupBeyondLink() });
  return (target, callback) => {
    const refusal = refusalOf([target.hostname]);
    if (refusal === null) connect(target, callback);
    else callback(refusal, null);
  };
}

/** A look-up of names that fails where one of the addresses is link-local: the next answer might have that one first. */
export function lookupBeyondLink(resolve: LookupFunction = lookup): LookupFunction {
  return (hostname, options, callback) =>
    resolve(hostname, options, (error, found, family) =>
      callback(error ?? refusalOf(addressesIn(found)), found, family),
    );
}

const addressesIn = (found: string | LookupAddress[] | undefined): string[] =>
  typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address);

function refusalOf(addresses: string[]): Error | null {
  const refused = addresses.find(isLinkLocal);
  return refused === undefined
    ? null
    : new Error(`${refused} is a link-local address, which is never dialled`);
}

function isLinkLocal(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && LINK_LOCAL.check(address, version === 6 ? 'ipv6' : 'ipv4');
}
