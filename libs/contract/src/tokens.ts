import { hash, randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_CHARS = 43;
const CHECKSUM_CHARS = 6;

export type TokenPrefix = 'cwy_' | 'cwa_' | 'cwj_';

/** Characters of every token. */
export const TOKEN_LENGTH = 'cwy_'.length + SECRET_CHARS + CHECKSUM_CHARS;

function base62(value: bigint, length: number): string {
  let rest = value;
  let text = '';
  while (text.length < length) {
    text = ALPHABET.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
}

function checksum(text: string): string {
  return base62(BigInt(`0x${hash('sha256', text, 'hex').slice(0, 12)}`), CHECKSUM_CHARS);
}

/**
 * Mints a secret token: prefix, 256 random bits in base62, checksum. `cwy_`: access token of an agent; `cwa_`: admin token;
 * `cwj_`: join token. Each kind is valid in one place only.
 */
export function mintToken(prefix: TokenPrefix): string {
  const body = prefix + base62(BigInt(`0x${randomBytes(32).toString('hex')}`), SECRET_CHARS);
  return body + checksum(body);
}

/** True if the text has the form of a token with a right checksum; costs no look-up. */
export function isWellFormedToken(prefix: TokenPrefix, text: string): boolean {
  if (text.length !== TOKEN_LENGTH || !text.startsWith(prefix)) return false;
  return checksum(text.slice(0, -CHECKSUM_CHARS)) === text.slice(-CHECKSUM_CHARS);
}

/** SHA-256 of a token in lower-case hex: the only form in which it is stored or synced. */
export const tokenHash = (token: string): string => hash('sha256', token, 'hex');
