import type { SettingsFile, YamlValue } from './settings-file.js';
import { SettingsError, type SettingFault } from './settings.error.js';
import { SETTINGS, type Role, type Setting, type Settings } from './settings.js';

const NO_FILE: SettingsFile = { values: new Map(), empty: [] };

type Environment = Readonly<Record<string, string | undefined>>;

const ALL: Readonly<Record<string, Setting>> = { ...SETTINGS.control, ...SETTINGS.gateway };

/**
 * Reads the settings of a role from the environment and a YAML file; the environment wins.
 * @throws SettingsError with everything that is wrong, at once.
 */
export function readSettings(environment: Environment, file: SettingsFile = NO_FILE): Settings {
  return new SettingsReader(environment, file).read();
}

class SettingsReader {
  private readonly faults: SettingFault[] = [];

  constructor(
    private readonly environment: Environment,
    private readonly file: SettingsFile,
  ) {}

  read(): Settings {
    this.faults.push(...unknownPaths(this.file));
    const role = this.role();
    const values = Object.entries(this.settingsOf(role)).map(([name, setting]) => [
      name,
      this.value(setting),
    ]);
    if (this.faults.length > 0) throw new SettingsError(this.faults);
    // Every value was parsed by the setting that Settings takes its type from.
    return Object.fromEntries([['role', role], ...values]) as Settings;
  }

  /** While the role is wrong, nobody knows what is required, but what is given can be checked all the same. */
  private settingsOf(role: Role | null): Record<string, Setting> {
    if (role !== null) return SETTINGS[role];
    return Object.fromEntries(Object.entries(ALL).filter(([, setting]) => this.given(setting) !== undefined));
  }

  private role(): Role | null {
    const seen = this.environment['ROLE'] || this.file.values.get('role');
    if (seen === 'control' || seen === 'gateway') return seen;
    return this.refuse('ROLE', seen === undefined ? '(not set)' : JSON.stringify(seen), 'control or gateway');
  }

  private value(setting: Setting): unknown {
    const { env, secret, allowed } = setting;
    const given = this.given(setting);
    if (given === undefined) {
      return 'fallback' in setting ? setting.fallback : this.refuse(env, '(not set)', allowed);
    }
    return parsed(setting, given) ?? this.refuse(env, secret ? '(secret)' : JSON.stringify(given), allowed);
  }

  /** An empty variable counts as not set: compose files pass on variables that nobody has set. */
  private given({ env, yaml }: Setting): YamlValue | undefined {
    return this.environment[env] || this.file.values.get(yaml);
  }

  private refuse(key: string, seen: string, allowed: string): null {
    this.faults.push({ key, seen, allowed });
    return null;
  }
}

/** A YAML list stands for what the environment separates by commas; a setting with one value takes none. */
function parsed(setting: Setting, given: YamlValue): unknown {
  if (typeof given === 'string') return setting.parse(given);
  return Array.isArray(setting.fallback) ? setting.parse(given.join(',')) : undefined;
}

function unknownPaths({ values, empty }: SettingsFile): SettingFault[] {
  const known = ['role', ...Object.values(ALL).map(({ yaml }) => yaml)];
  const isSection = (path: string): boolean => known.some((key) => key.startsWith(`${path}.`));
  const unknown = [
    ...[...values.keys()].filter((path) => !known.includes(path)),
    ...empty.filter((path) => !known.includes(path) && !isSection(path)),
  ];
  return unknown.map((key) => ({ key, seen: 'a key in the YAML file', allowed: known.join(', ') }));
}
