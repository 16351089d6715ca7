/** How the text of a setting is read. Each gives undefined for a text that is not acceptable. */

/** A whole number between two others. */
export const integer =
  (min: number, max: number) =>
  (text: string): number | undefined => {
    const value = Number(text);
    return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined;
  };

/** A URL of one of these protocols, without trailing slashes. */
export const url =
  (...protocols: string[]) =>
  (text: string): string | undefined =>
    URL.canParse(text) && protocols.includes(new URL(text).protocol) ? text.replace(/\/+$/, '') : undefined;

/** What stands between commas. */
export const list = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s*]+\/?$/i;

/** As a browser writes it (RFC 6454 §6.2); in any other spelling it would match no page. */
function originOf(text: string): string | undefined {
  if (!ORIGIN.test(text) || !URL.canParse(text)) return undefined;
  const { origin } = new URL(text);
  return origin === 'null' ? text.replace(/\/$/, '') : origin;
}

/** Origins between commas. */
export function origins(text: string): string[] | undefined {
  const items = list(text).map(originOf);
  return items.every((item) => item !== undefined) ? items : undefined;
}

/** 32 bytes, in hex or base64. */
export function key32(text: string): Buffer | undefined {
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  return bytes.length === 32 ? bytes : undefined;
}

export const filled = (text: string): string | undefined => (text === '' ? undefined : text);
