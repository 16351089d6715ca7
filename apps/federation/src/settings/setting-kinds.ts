import { isWellFormedToken } from '#libs/contract';
import { isIP } from 'node:net';

/** A kind of value that a setting may have, as text of the environment or of the YAML file. */
export interface SettingKind<T> {
  /** What is allowed, for messages and for docs/configuration.md. */
  allowed: string;
  /** The value, or undefined if the text is not allowed. */
  parse: (text: string) => T | undefined;
}

const integer = (min: number, max: number, allowed: string): SettingKind<number> => ({
  allowed,
  parse: (text) => {
    const value = Number(text);
    return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined;
  },
});

export const port = integer(0, 65_535, 'a port, 0 to 65535 (0: a free one)');
export const count = integer(1, 1_000_000, 'a number, 1 to 1000000');
export const timeout = integer(100, 600_000, 'milliseconds, 100 to 600000');
export const duration = integer(0, 600_000, 'milliseconds, 0 to 600000');
export const seconds = integer(0, 31_536_000, 'seconds, 0 to 31536000 (0: never)');
export const spoolSize = integer(1_048_576, Number.MAX_SAFE_INTEGER, 'bytes, at least 1048576');

export const flag: SettingKind<boolean> = {
  allowed: 'true or false',
  parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
};

const filled = (allowed: string): SettingKind<string> => ({
  allowed,
  parse: (text) => (text === '' ? undefined : text),
});

export const address = filled('an address');
export const localAddress = filled('an IP address of this machine');
export const directory = filled('a directory');

/** A URL of one of these protocols, without trailing slashes. */
const url = (protocols: readonly string[], allowed: string): SettingKind<string> => ({
  allowed,
  parse: (text) =>
    URL.canParse(text) && protocols.includes(new URL(text).protocol) ? text.replace(/\/+$/, '') : undefined,
});

export const httpUrl = url(['http:', 'https:'], 'an http or https URL');
export const natsUrl = url(['nats:', 'tls:'], 'a nats:// or tls:// URL');
export const postgresUrl = url(['postgres:', 'postgresql:'], 'postgres://user:password@host:port/database');

const LEVELS = ['debug', 'info', 'warn', 'error'];

export const logLevel: SettingKind<string> = {
  allowed: LEVELS.join(', '),
  parse: (text) => (LEVELS.includes(text) ? text : undefined),
};

/** A text of one's own, or an admin token; another kind of token must not become one by a slip. */
export const adminToken: SettingKind<string> = {
  allowed: 'at least 16 characters without spaces; no cwy_ or cwj_ token, nor part of a cwa_ token',
  parse: (text) =>
    text.length >= 16 &&
    !/\s|^cw[yj]_/.test(text) &&
    (!text.startsWith('cwa_') || isWellFormedToken('cwa_', text))
      ? text
      : undefined,
};

export const joinToken: SettingKind<string> = {
  allowed: 'a token that starts with cwj_',
  parse: (text) => (text.startsWith('cwj_') ? text : undefined),
};

export const key32: SettingKind<Buffer> = {
  allowed: '32 bytes in base64 or hex',
  parse: (text) => {
    const bytes = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64');
    return bytes.length === 32 ? bytes : undefined;
  },
};

const items = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

export const hosts: SettingKind<string[]> = { allowed: 'host[:port], comma-separated', parse: items };

const NETWORK = /^([^/]+)\/(\d{1,3})$/;
const SOCKET = /^(?:\[([^\]]+)\]|([^:]+)):\d{1,5}$/;

/** A network in CIDR notation (RFC 4632, RFC 4291 §2.3), an address, or an address with a port. */
function isNetwork(text: string): boolean {
  const [, network, bits] = NETWORK.exec(text) ?? [];
  if (network !== undefined) return isIP(network) !== 0 && Number(bits) <= (isIP(network) === 4 ? 32 : 128);
  const [, v6, v4] = SOCKET.exec(text) ?? [];
  return isIP(text) !== 0 || isIP(v4 ?? '') === 4 || isIP(v6 ?? '') === 6;
}

export const networks: SettingKind<string[]> = {
  allowed: 'networks such as 10.0.0.0/8 or fd00::/8, addresses, or address:port, comma-separated',
  parse: (text) => (items(text).every(isNetwork) ? items(text) : undefined),
};

export const proxies: SettingKind<string[]> = {
  allowed: 'networks such as 10.0.0.0/8 or fd00::/8, or addresses, comma-separated',
  parse: (text) =>
    items(text).every((item) => isNetwork(item) && !SOCKET.test(item)) ? items(text) : undefined,
};

export const origins: SettingKind<string[]> = {
  allowed: 'origins such as https://app.example.com, comma-separated; neither "*" nor "null"',
  parse: (text) => {
    const all = items(text).map(originOf);
    return all.every((origin) => origin !== undefined) ? all : undefined;
  },
};

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s*]+\/?$/i;

/** The origin as browsers write it (RFC 6454 §6.2): in any other spelling it would match no page. */
function originOf(text: string): string | undefined {
  if (!ORIGIN.test(text) || !URL.canParse(text)) return undefined;
  const { origin } = new URL(text);
  return origin === 'null' ? text.replace(/\/$/, '') : origin;
}
