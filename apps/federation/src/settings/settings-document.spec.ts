import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KEYS, type SettingKey } from './keys.js';

const document = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');

const documented = document
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );

const fallbackText = (key: SettingKey<unknown>): string => {
  if (!('fallback' in key)) return 'required';
  const { fallback } = key;
  if (fallback === null || (Array.isArray(fallback) && fallback.length === 0)) return 'none';
  return typeof fallback === 'string' ? fallback : JSON.stringify(fallback);
};

const inCode = (Object.values(KEYS) as SettingKey<unknown>[]).map((key) => [
  key.env,
  key.yaml,
  fallbackText(key),
  key.allowed.replaceAll('`', ''),
  `${key.doc.replaceAll('`', '')}${key.secret ? ' Secret.' : ''}`,
]);

const byName = (a: string[], b: string[]): number => String(a[0]).localeCompare(String(b[0]));

describe('docs/configuration.md', () => {
  it('lists exactly the keys that are read, with their defaults and what is allowed', () => {
    expect([...documented].sort(byName)).toEqual([...inCode].sort(byName));
  });
});
