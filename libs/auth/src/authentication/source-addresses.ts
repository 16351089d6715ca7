import { BlockList, isIP, isIPv6 } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import type { McpRequest } from '#libs/request';
import { AUTH_OPTIONS, type AuthOptions } from '../auth.options.js';

const FORWARDED_FOR = 'x-forwarded-for';
/** An IPv4 address in the form of IPv6 (RFC 4291 §2.5.5.2), as a socket that takes both gives it. */
const MAPPED = /^::ffff:(?=\d+\.)/i;
/** Some proxies write the port, too. */
const WITH_PORT = /^(?:\[([^\]]+)\](?::\d+)?|(\d+(?:\.\d+){3}):\d+)$/;
const GROUPS = 8;
const NETWORK_GROUPS = 4;

/** Tells the sources of requests apart: by address, and through proxies that are trusted, by what these say. */
@Injectable()
export class SourceAddresses {
  private readonly proxies = new BlockList();

  constructor(@Inject(AUTH_OPTIONS) { trustedProxies }: Pick<AuthOptions, 'trustedProxies'>) {
    for (const network of trustedProxies) {
      const [address = '', prefix] = network.split('/');
      const most = isIPv6(address) ? 128 : 32;
      this.proxies.addSubnet(address, Number(prefix ?? most), familyOf(address));
    }
  }

  /**
   * Where a request is from: an IPv4 address, or the /64 network of an IPv6 address, since a subscriber has a whole one
   * (RFC 6177). It is the rightmost address on the way that is no trusted proxy's; what stands left of it anybody can write.
   */
  of(request: Pick<McpRequest, 'peer' | 'header'>): string {
    let source = plain(request.peer.address);
    const way = this.isProxy(source) ? (request.header(FORWARDED_FOR) ?? '').split(',') : [];
    while (way.length > 0 && this.isProxy(source)) {
      const next = plain(way.pop() ?? '');
      if (isIP(next) === 0) break;
      source = next;
    }
    return sourceOf(source);
  }

  private isProxy(address: string): boolean {
    return isIP(address) !== 0 && this.proxies.check(address, familyOf(address));
  }
}

/** The source that an address belongs to. What is a network already stays as it is. */
export function sourceOf(address: string): string {
  const source = plain(address);
  return isIPv6(source) ? networkOf(source) : source;
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4');

function plain(text: string): string {
  const address = text.trim();
  const [, inBrackets, beforePort] = WITH_PORT.exec(address) ?? [];
  return (inBrackets ?? beforePort ?? address).replace(MAPPED, '');
}

/** The first half of an IPv6 address, however it was abbreviated. */
function networkOf(address: string): string {
  const [head = '', tail] = address.split('%', 1).join('').split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [
    ...left,
    ...Array.from({ length: GROUPS - left.length - right.length }, () => '0'),
    ...right,
  ];
  const network = groups.slice(0, NETWORK_GROUPS).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
