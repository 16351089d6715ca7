import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SETTINGS, type Setting } from './settings.js';

const document = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');

/** The rows of the table below a heading. */
const documented = (heading: string): string[][] => {
  const section = document.split('\n## ').find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map(cells).sort(byName);
};

const cells = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('`', ''));

const fallbackText = (setting: Setting): string => {
  if (!('fallback' in setting)) return 'required';
  const { fallback } = setting;
  if (fallback === null || (Array.isArray(fallback) && fallback.length === 0)) return 'none';
  return typeof fallback === 'string' ? fallback : JSON.stringify(fallback);
};

const rowOf = (setting: Setting): string[] => [
  setting.env,
  setting.yaml,
  fallbackText(setting),
  setting.allowed.replaceAll('`', ''),
  `${setting.doc.replaceAll('`', '')}${setting.secret ? ' Secret.' : ''}`,
];

const byName = (a: string[], b: string[]): number => String(a[0]).localeCompare(String(b[0]));

const { control, gateway } = SETTINGS;
const all: [string, Setting][] = [...Object.entries(control), ...Object.entries(gateway)];

const declared = (isListed: (name: string) => boolean): string[][] => {
  const settings = new Map(all.filter(([name]) => isListed(name)));
  return [...settings.values()].map(rowOf).sort(byName);
};

describe('docs/configuration.md', () => {
  it.each([
    ['Both roles', (name: string) => name in control && name in gateway],
    ['Control plane', (name: string) => !(name in gateway)],
    ['Gateway', (name: string) => !(name in control)],
  ])(
    'lists under "%s" exactly the keys that are read, with default, allowed values and meaning',
    (heading, isListed) => {
      expect(documented(heading)).toEqual(declared(isListed));
    },
  );
});
