import * as fc from 'fast-check';

/** An object as the list of its members, so that keys may repeat. */
export class Obj {
  constructor(readonly members: readonly (readonly [key: string, value: unknown])[]) {}

  get(key: string): unknown {
    return this.members.find(([name]) => name === key)?.[1];
  }

  has(key: string): boolean {
    return this.members.some(([name]) => name === key);
  }
}

/** How JSON text is written: white space between tokens, and which characters of strings are escaped. */
export interface Spelling {
  space: string;
  /** Escapes every n-th character; 0: none. */
  escapes: number;
}

export const spelling: fc.Arbitrary<Spelling> = fc.record({
  space: fc.constantFrom('', '', ' ', '\r\n\t '),
  escapes: fc.constantFrom(0, 0, 1, 3),
});

export const members = (key: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>, maxLength: number) =>
  fc.array(fc.tuple(key, value), { maxLength }).map((list) => new Obj(list));

/** Writes a value in which objects may be {@link Obj}. */
export function write(value: unknown, how: Spelling): string {
  const { space } = how;
  const between = `${space},${space}`;
  if (typeof value === 'string') return writeText(value, how);
  if (Array.isArray(value))
    return `[${space}${value.map((element) => write(element, how)).join(between)}${space}]`;
  if (!(value instanceof Obj)) return JSON.stringify(value);
  const written = value.members.map(([key, v]) => `${writeText(key, how)}${space}:${space}${write(v, how)}`);
  return `{${space}${written.join(between)}${space}}`;
}

function writeText(text: string, { escapes }: Spelling): string {
  if (escapes === 0) return JSON.stringify(text);
  const units = text.split('').map((unit, index) => {
    if (index % escapes !== 0) return JSON.stringify(unit).slice(1, -1);
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${units.join('')}"`;
}
