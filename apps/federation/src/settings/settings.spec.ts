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

const control: Setting[] = Object.values(SETTINGS.control);
const gateway: Setting[] = Object.values(SETTINGS.gateway);

const declared = (settings: Setting[]): string[][] => settings.map(rowOf).sort(byName);

describe('docs/configuration.md', () => {
  it.each([
    ['Both roles', control.filter((setting) => gateway.includes(setting))],
    ['Control plane', control.filter((setting) => !gateway.includes(setting))],
    ['Gateway', gateway.filter((setting) => !control.includes(setting))],
  ])(
    'lists under "%s" exactly the keys that are read, with default, allowed values and meaning',
    (heading, settings) => {
      expect(documented(heading)).toEqual(declared(settings));
    },
  );
});
