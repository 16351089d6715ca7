import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { OwnService } from '../routing.options.js';
import { EgressGuard, ProhibitedAddressError } from './egress-guard.js';
import { OwnServices } from './own-services.js';

const PORT = 8080;
const SELF: OwnService = { what: 'this gateway itself', host: '0.0.0.0', port: 9090, isShareable: false };
const CONTROL: OwnService = {
  what: 'the control plane (CONTROL_PLANE_URL)',
  host: '203.0.113.5',
  port: 443,
  isShareable: true,
};

async function guard(allowedNetworks: string[] = []): Promise<EgressGuard> {
  const services = new OwnServices({ ownServices: [SELF, CONTROL] });
  await services.known;
  services.onApplicationShutdown();
  return new EgressGuard({ allowedNetworks }, services);
}

type Found = string | LookupAddress[];

/** The result of looking up a name that has these addresses. */
function lookedUp(sut: EgressGuard, found: Found, port = PORT): Error | Found {
  const resolve: LookupFunction = (_, __, callback) => callback(null, found);
  let said: Error | Found = '';
  sut.lookup(port, resolve)('name', {}, (error, address) => (said = error ?? address));
  return said;
}

/** Why it is refused. */
function refusal(sut: EgressGuard, address: string, port = PORT): string {
  const said = lookedUp(sut, address, port);
  return said instanceof ProhibitedAddressError ? said.message : 'it is dialled';
}

const all = (...addresses: string[]): LookupAddress[] => addresses.map((address) => ({ address, family: 4 }));

describe('the egress guard', () => {
  it('lets a name lead to a private or public address', async () => {
    const sut = await guard();
    expect(lookedUp(sut, '10.0.0.1')).toBe('10.0.0.1');
    expect(lookedUp(sut, all('203.0.113.9'))).toEqual(all('203.0.113.9'));
  });

  it('refuses a name if one of its addresses is prohibited, because any of them may be tried', async () => {
    expect(lookedUp(await guard(), all('10.0.0.1', '127.0.0.1'))).toBeInstanceOf(ProhibitedAddressError);
  });

  it('judges each look-up by itself, so that a name that is rebound does not get in', async () => {
    const sut = await guard();
    const answers: Found[] = ['203.0.113.9', '169.254.169.254'];
    const resolve: LookupFunction = (_, __, callback) => callback(null, answers.shift() ?? '');
    const lookup = sut.lookup(PORT, resolve);
    const ask = (): Promise<unknown> =>
      new Promise((settle) => lookup('rebound.example', {}, (error, address) => settle(error ?? address)));
    expect(await ask()).toBe('203.0.113.9');
    expect(await ask()).toBeInstanceOf(ProhibitedAddressError);
  });

  it('names the address and the setting', async () => {
    expect(refusal(await guard(), '127.0.0.1')).toBe(
      '127.0.0.1 is an address of this machine, and ALLOWED_NETWORKS of this gateway does not have its network',
    );
  });

  it.each([
    ['a network', '127.0.0.0/8', '127.1.2.3'],
    ['an address', '127.0.0.1', '127.0.0.1'],
    ['an address in the form of IPv6', '127.0.0.1', '::ffff:7f00:1'],
    ['an address with this port', `127.0.0.1:${PORT}`, '127.0.0.1'],
    ['an IPv6 address with this port', `[::1]:${PORT}`, '::1'],
    ['a metadata service', '169.254.169.254/32', '169.254.169.254'],
  ])('dials what ALLOWED_NETWORKS has: %s', async (_, allowed, address) => {
    expect(lookedUp(await guard([allowed]), address)).toBe(address);
  });

  it.each([
    ['another network', '127.0.0.0/24', '127.0.1.1'],
    ['an address with another port', '127.0.0.1:1', '127.0.0.1'],
    ['the IPv4 address that another form hides', '127.0.0.0/8', '64:ff9b::7f00:1'],
    ['all of IPv4', '0.0.0.0/0', '::1'],
  ])('does not dial where ALLOWED_NETWORKS has %s', async (_, allowed, address) => {
    expect(lookedUp(await guard([allowed]), address)).toBeInstanceOf(ProhibitedAddressError);
  });

  it('never lets this gateway connect to itself, whatever networks are allowed', async () => {
    const sut = await guard(['127.0.0.0/8', '127.0.0.1:9090']);
    expect(refusal(sut, '127.0.0.1', SELF.port)).toContain('127.0.0.1:9090 is this gateway itself');
    expect(lookedUp(sut, '127.0.0.1')).toBe('127.0.0.1');
  });

  it('connects to the control plane only if its address and port are allowed: a load balancer may stand there', async () => {
    const refused = refusal(await guard(['203.0.113.0/24']), '203.0.113.5', CONTROL.port);
    expect(refused).toContain('203.0.113.5:443 is the control plane (CONTROL_PLANE_URL)');
    expect(refused).toContain('does not have 203.0.113.5:443');
    expect(lookedUp(await guard(), '203.0.113.5')).toBe('203.0.113.5');
    expect(lookedUp(await guard(['203.0.113.5:443']), '203.0.113.5', CONTROL.port)).toBe('203.0.113.5');
  });
});
