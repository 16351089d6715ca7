import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { SettingFault } from './settings.error.js';
import type { Settings } from './settings.js';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** A connection that these settings would make without TLS, to another host. */
interface Plaintext {
  readonly key: 'CONTROL_PLANE_URL' | 'NATS_URL';
  /** Scheme and host, without the credentials that a URL may have. */
  readonly where: string;
  readonly allowed: string;
}

/** What is wrong with these settings unless plaintext is allowed. */
export const plaintextFaults = (settings: Settings): SettingFault[] =>
  plaintext(settings).map(({ key, where, allowed }) => ({
    key,
    seen: where,
    allowed: `${allowed}, a URL on this host, or any if ALLOW_PLAINTEXT=true`,
  }));

/** What the log says at every start where plaintext is allowed; null where it is not. */
export function plaintextWarning(settings: Settings): string | null {
  if (!settings.allowPlaintext) return null;
  const found = plaintext(settings).map(({ key, where }) => `${key} ${where}`);
  const what = found.length === 0 ? 'nothing needs it here' : `${found.join(' and ')} can be read on the way`;
  return `ALLOW_PLAINTEXT is set: ${what}`;
}

function plaintext(settings: Settings): Plaintext[] {
  const found: Plaintext[] = [];
  if (settings.role === 'gateway' && isPlain(settings.controlPlaneUrl, 'http:'))
    found.push({
      key: 'CONTROL_PLANE_URL',
      where: origin(settings.controlPlaneUrl),
      allowed: 'an https URL',
    });
  if (settings.natsUrl !== null && isPlain(settings.natsUrl, 'nats:'))
    found.push({ key: 'NATS_URL', where: origin(settings.natsUrl), allowed: 'a tls:// URL' });
  return found;
}

const isPlain = (url: string, plainProtocol: string): boolean =>
  new URL(url).protocol === plainProtocol && !isThisHost(new URL(url).hostname);

const origin = (url: string): string => `${new URL(url).protocol}//${new URL(url).host}`;

function isThisHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  const version = isIP(host);
  if (version === 0) return host === 'localhost' || host.endsWith('.localhost');
  return LOOPBACK.check(host, version === 6 ? 'ipv6' : 'ipv4') || ownAddresses().includes(host);
}

const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
