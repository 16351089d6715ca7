import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ROUTING_OPTIONS, type OwnService, type RoutingOptions } from '../routing.options.js';
import { addressOf, isLoopback, type Address } from './prohibited-addresses.js';

/** How often the names are looked up again, milliseconds. */
const REFRESH_MS = 30_000;
/** How long the first connection waits for the first look-up, milliseconds: a gateway that is cut off may have no DNS. */
const FIRST_LOOKUP_MS = 2000;
const WILDCARDS = new Set(['0.0.0.0', '::', '']);

interface Located {
  readonly service: OwnService;
  /** The addresses that its name has led to last; null: any of this machine's. */
  addresses: readonly string[] | null;
}

/** Where this gateway itself listens, and where the control plane and NATS are: no registered URL shall lead there. */
@Injectable()
export class OwnServices implements OnApplicationShutdown {
  /** Resolves when the addresses are known as far as they can be. */
  readonly known: Promise<unknown>;
  private readonly located: Located[];
  private readonly timer: NodeJS.Timeout;

  constructor(@Inject(ROUTING_OPTIONS) { ownServices }: Pick<RoutingOptions, 'ownServices'>) {
    this.located = ownServices.map((service) => ({
      service,
      addresses: WILDCARDS.has(service.host) ? null : [],
    }));
    this.known = Promise.race([this.locate(), delay(FIRST_LOOKUP_MS, undefined, { ref: false })]);
    this.timer = setInterval(() => void this.locate(), REFRESH_MS).unref();
  }

  /** The service that a connection to this address and port would reach, or null. */
  at(address: Address, port: number): OwnService | null {
    const found = this.located.find(
      ({ service, addresses }) => service.port === port && isAmong(address, addresses),
    );
    return found?.service ?? null;
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async locate(): Promise<void> {
    const named = this.located.filter(({ addresses }) => addresses !== null);
    await Promise.all(named.map((one) => relocate(one)));
  }
}

/** While its name leads nowhere, it is believed to be where it was. */
async function relocate(located: Located): Promise<void> {
  try {
    const found = await lookup(located.service.host, { all: true });
    located.addresses = found.map(({ address }) => plain(address));
  } catch {
    // Whoever connects there reports it.
  }
}

const plain = (address: string): string => addressOf(address).toString();

function isAmong(address: Address, addresses: readonly string[] | null): boolean {
  if (addresses !== null) return addresses.includes(address.toString());
  return isLoopback(address) || ownAddresses().includes(address.toString());
}

const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => plain(address)));
