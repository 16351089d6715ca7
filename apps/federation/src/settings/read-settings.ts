import { KEYS, type SettingFault, type SettingKey } from './keys.js';
import { NO_FILE, readYaml, type SettingsFile, type YamlValue } from './settings-file.js';
import { SettingsError } from './settings.error.js';
import type { Role, Settings } from './settings.js';

type Source = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings of the role from environment and YAML text; the environment wins.
 * @throws SettingsError naming every fault at once.
 */
export function readSettings(environment: Source, yaml: { path: string; text: string } | null): Settings {
  const file = yaml === null ? NO_FILE : readYaml(yaml);
  const faults = unknownPaths(file);
  const role = readRole(environment, file, faults);
  const settings: Record<string, unknown> = { role };
  for (const [name, spec] of Object.entries(KEYS) as [string, SettingKey<unknown>][]) {
    if (isToBeRead(spec, role, environment, file)) settings[name] = readKey(spec, environment, file, faults);
  }
  if (faults.length > 0) throw new SettingsError(faults);
  return settings as unknown as Settings;
}

/** Without a role nobody knows what is missing; what is there can be checked all the same. */
function isToBeRead(
  spec: SettingKey<unknown>,
  role: Role | null,
  environment: Source,
  file: SettingsFile,
): boolean {
  return role === null ? givenFor(spec, environment, file) !== undefined : spec.roles.includes(role);
}

function readRole(environment: Source, file: SettingsFile, faults: SettingFault[]): Role | null {
  const seen = environment['ROLE'] || file.values.get('role');
  if (seen === 'control' || seen === 'gateway') return seen;
  faults.push({
    key: 'ROLE',
    seen: seen === undefined ? '(not set)' : JSON.stringify(seen),
    allowed: 'control or gateway',
  });
  return null;
}

function readKey(
  spec: SettingKey<unknown>,
  environment: Source,
  file: SettingsFile,
  faults: SettingFault[],
): unknown {
  const given = givenFor(spec, environment, file);
  if (given === undefined) {
    if (!('fallback' in spec)) faults.push({ key: spec.env, seen: '(not set)', allowed: spec.allowed });
    return spec.fallback;
  }
  const value = parsed(spec, given);
  if (value === undefined) {
    const seen = spec.secret ? '(secret)' : JSON.stringify(given);
    faults.push({ key: spec.env, seen, allowed: spec.allowed });
  }
  return value;
}

/** An empty variable counts as none: compose files pass those that nobody has set. */
function givenFor(spec: SettingKey<unknown>, environment: Source, file: SettingsFile): YamlValue | undefined {
  return environment[spec.env] || file.values.get(spec.yaml);
}

/** A list of YAML is what the environment separates by commas, and is nothing else. */
function parsed(spec: SettingKey<unknown>, given: YamlValue): unknown {
  if (typeof given === 'string') return spec.parse(given);
  return Array.isArray(spec.fallback) ? spec.parse(given.join(',')) : undefined;
}

function unknownPaths({ values, empty }: SettingsFile): SettingFault[] {
  const known = ['role', ...Object.values(KEYS).map((spec) => spec.yaml)];
  const isSection = (path: string): boolean => known.some((key) => key.startsWith(`${path}.`));
  const allowed = known.join(', ');
  return [
    ...[...values.keys()].filter((path) => !known.includes(path)),
    ...empty.filter((path) => !known.includes(path) && !isSection(path)),
  ].map((path) => ({ key: path, seen: 'a key in the YAML file', allowed }));
}
