import { parse } from 'yaml';
import { SettingsError } from './settings.error.js';

/** A scalar as text, or a list of such. */
export type YamlValue = string | readonly string[];

/** What a YAML file says, by dotted path. */
export interface SettingsFile {
  readonly values: ReadonlyMap<string, YamlValue>;
  /** Paths without a value. */
  readonly empty: readonly string[];
}

type Leaf = [path: string, value: YamlValue | null];

/** @throws SettingsError when it is no YAML, or no mapping of keys. */
export function readYaml({ path, text }: { path: string; text: string }): SettingsFile {
  const document = parsed(path, text);
  const found = leaves(document, '');
  if (found.some(([key]) => key === '')) throw unreadable(path, 'a mapping of keys');
  return {
    values: new Map(found.filter((leaf): leaf is [string, YamlValue] => leaf[1] !== null)),
    empty: found.filter(([, value]) => value === null).map(([key]) => key),
  };
}

const unreadable = (path: string, allowed: string): SettingsError =>
  new SettingsError([{ key: 'CONFIG_FILE', seen: path, allowed }]);

/** A file with nothing in it says nothing, which is acceptable. */
function parsed(path: string, text: string): unknown {
  try {
    return (parse(text) as unknown) ?? {};
  } catch (cause) {
    throw unreadable(path, `readable YAML (${(cause as Error).message.split('\n')[0]})`);
  }
}

function leaves(node: unknown, path: string): Leaf[] {
  if (node === null || node === undefined) return [[path, null]];
  if (Array.isArray(node)) return [[path, node.map(textOf)]];
  if (typeof node !== 'object') return [[path, textOf(node)]];
  return Object.entries(node).flatMap(([name, child]) =>
    leaves(child, path === '' ? name : `${path}.${name}`),
  );
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
