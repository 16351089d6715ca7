import { parse } from 'yaml';
import { KEYS, type SettingFault, type SettingKey } from './keys.js';
import type { Role, Settings } from './settings.js';

type Source = Readonly<Record<string, string | undefined>>;

/** The static configuration could not be accepted. `faults` holds every one of them. */
export class ConfigurationError extends Error {
  constructor(readonly faults: SettingFault[]) {
    super(`Configuration has ${faults.length} fault(s)\n${faults.map(faultLine).join('\n')}`);
  }
}

const faultLine = (f: SettingFault): string => `  ${f.key}: seen ${f.seen}; allowed: ${f.allowed}`;

/**
 * Reads the settings of the role from environment and YAML text; the environment wins.
 * @throws ConfigurationError naming every fault at once.
 */
export function readSettings(environment: Source, yaml: { path: string; text: string } | null): Settings {
  const file = yaml === null ? new Map<string, string>() : flatten(yaml);
  const role = readRole(environment, file);
  const faults = unknownYamlKeys(file);
  const settings: Record<string, unknown> = { role };
  for (const [name, spec] of Object.entries(KEYS) as [string, SettingKey<unknown>][]) {
    if (spec.roles.includes(role)) settings[name] = readKey(spec, environment, file, faults);
  }
  if (faults.length > 0) throw new ConfigurationError(faults);
  return settings as unknown as Settings;
}

function readRole(environment: Source, file: Map<string, string>): Role {
  const seen = environment['ROLE'] ?? file.get('role');
  if (seen === 'control' || seen === 'gateway') return seen;
  throw new ConfigurationError([
    {
      key: 'ROLE',
      seen: seen === undefined ? '(not set)' : JSON.stringify(seen),
      allowed: 'control or gateway',
    },
  ]);
}

function readKey(
  spec: SettingKey<unknown>,
  environment: Source,
  file: Map<string, string>,
  faults: SettingFault[],
): unknown {
  const fromEnvironment = environment[spec.env];
  const given =
    fromEnvironment !== undefined && fromEnvironment !== '' ? fromEnvironment : file.get(spec.yaml);
  if (given === undefined) {
    if (!('fallback' in spec)) faults.push({ key: spec.env, seen: '(not set)', allowed: spec.allowed });
    return spec.fallback;
  }
  const value = spec.parse(given);
  if (value === undefined) {
    faults.push({
      key: spec.env,
      seen: spec.secret ? '(secret)' : JSON.stringify(given),
      allowed: spec.allowed,
    });
  }
  return value;
}

function unknownYamlKeys(file: Map<string, string>): SettingFault[] {
  const known = new Set(['role', ...Object.values(KEYS).map((spec) => spec.yaml)]);
  return [...file.keys()]
    .filter((path) => !known.has(path))
    .map((path) => ({ key: path, seen: 'a key in the YAML file', allowed: [...known].join(', ') }));
}

function flatten({ path, text }: { path: string; text: string }): Map<string, string> {
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    throw new ConfigurationError([
      {
        key: 'CONFIG_FILE',
        seen: path,
        allowed: `readable YAML (${(cause as Error).message.split('\n')[0]})`,
      },
    ]);
  }
  return new Map(leaves(document, ''));
}

function leaves(node: unknown, path: string): [string, string][] {
  if (node === null || node === undefined) return [];
  if (Array.isArray(node)) return [[path, node.join(',')]];
  if (typeof node === 'string') return [[path, node]];
  if (typeof node !== 'object') return [[path, JSON.stringify(node)]];
  return Object.entries(node).flatMap(([name, child]) =>
    leaves(child, path === '' ? name : `${path}.${name}`),
  );
}
