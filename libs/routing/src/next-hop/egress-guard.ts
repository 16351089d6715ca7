import { lookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { buildConnector } from 'undici';
import { ROUTING_OPTIONS, type RoutingOptions } from '../routing.options.js';
import {
  addressOf,
  isWithin,
  networkOf,
  prohibitionOf,
  type Address,
  type Network,
} from './prohibited-addresses.js';
import { OwnServices } from './own-services.js';

/** A connection that was not made, because it would have led where MCP servers and gateways are not. */
export class ProhibitedAddressError extends Error {
  constructor(where: string, what: string, remedy: string) {
    super(`${where} is ${what}, and ${remedy}`);
  }
}

interface AllowedNetwork {
  readonly network: Network;
  /** With a port, the entry also lifts what protects the control plane and NATS there. */
  readonly port: number | null;
}

const WITH_PORT = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[^:/]+)):(?<port>\d+)$/;

function allowedNetwork(text: string): AllowedNetwork {
  const { v4, v6, port } = WITH_PORT.exec(text)?.groups ?? {};
  return { network: networkOf(v4 ?? v6 ?? text), port: port === undefined ? null : Number(port) };
}

/**
 * Decides at which addresses registered URLs may be dialled. It is asked when a socket is about to connect, for the very
 * addresses that the name has led to, so that it does not matter what the name leads to at another time.
 */
@Injectable()
export class EgressGuard {
  private readonly allowed: readonly AllowedNetwork[];

  constructor(
    @Inject(ROUTING_OPTIONS) { allowedNetworks }: Pick<RoutingOptions, 'allowedNetworks'>,
    private readonly services: OwnServices,
  ) {
    this.allowed = allowedNetworks.map(allowedNetwork);
  }

  /** A connector to this URL. Its error is a {@link ProhibitedAddressError} where it refuses. */
  connectorTo(target: URL, options: buildConnector.BuildOptions): buildConnector.connector {
    const port = portOf(target);
    const connect = buildConnector({ ...options, lookup: this.lookup(port) });
    return (to, callback) => void this.services.known.then(() => this.connect(connect, port, to, callback));
  }

  /** A look-up of names that fails if one of the addresses is prohibited: any of them may be tried. */
  lookup(port: number, resolve: LookupFunction = lookup): LookupFunction {
    return (hostname, options, callback) =>
      resolve(hostname, options, (error, found, family) =>
        callback(error ?? this.refusalOf(addressesIn(found), port), found, family),
      );
  }

  private connect(
    connect: buildConnector.connector,
    port: number,
    to: buildConnector.Options,
    callback: buildConnector.Callback,
  ): void {
    // Addresses are never looked up.
    const refusal = isIP(to.hostname) === 0 ? null : this.refusalOf([to.hostname], port);
    if (refusal === null) connect(to, callback);
    else callback(refusal, null);
  }

  private refusalOf(addresses: readonly string[], port: number): Error | null {
    for (const text of addresses) {
      const refusal = this.refusal(addressOf(text), text, port);
      if (refusal !== null) return refusal;
    }
    return null;
  }

  private refusal(address: Address, text: string, port: number): Error | null {
    const service = this.services.at(address, port);
    if (service !== null) return this.refusalOfService(service, address, text, port);
    const what = prohibitionOf(address);
    if (what === null || this.isAllowed(address, port)) return null;
    return new ProhibitedAddressError(
      text,
      what,
      'ALLOWED_NETWORKS of this gateway does not have its network',
    );
  }

  private refusalOfService(
    { what, isShareable }: { what: string; isShareable: boolean },
    address: Address,
    text: string,
    port: number,
  ): Error | null {
    const where = address.kind() === 'ipv6' ? `[${text}]:${port}` : `${text}:${port}`;
    if (!isShareable) return new ProhibitedAddressError(where, what, 'a gateway never connects to itself');
    const isNamed = this.allowed.some((entry) => entry.port === port && isWithin(address, entry.network));
    return isNamed
      ? null
      : new ProhibitedAddressError(where, what, `ALLOWED_NETWORKS of this gateway does not have ${where}`);
  }

  private isAllowed(address: Address, port: number): boolean {
    return this.allowed.some((entry) => (entry.port ?? port) === port && isWithin(address, entry.network));
  }
}

const portOf = ({ port, protocol }: URL): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);

const addressesIn = (found: string | LookupAddress[] | undefined): string[] =>
  typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address);
