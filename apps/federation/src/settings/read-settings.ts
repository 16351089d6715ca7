import { nearest } from '#libs/contract';
import { plaintextFaults } from './plaintext.js';
import type { SettingsFile, YamlValue } from './settings-file.js';
import { SettingsError, type SettingFault } from './settings.error.js';
import { SETTINGS, type Role, type Setting, type Settings } from './settings.js';

const NO_FILE: SettingsFile = { values: new Map(), empty: [] };

type Environment = Readonly<Record<string, string | undefined>>;

const ALL: readonly Setting[] = Object.values(SETTINGS).flatMap((settings) => Object.values(settings));
const ENVIRONMENT = new Set(['ROLE', 'CONFIG_FILE', ...ALL.map(({ env }) => env)]);
const YAML = new Set(['role', ...ALL.map(({ yaml }) => yaml)]);
const ROLES = Object.keys(SETTINGS) as Role[];
const UNSET = '(not set)';

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
    const settings = Object.fromEntries([['role', role], ...values]) as Settings;
    const faults = settings.allowPlaintext ? [] : plaintextFaults(settings);
    if (faults.length > 0) throw new SettingsError(faults);
    return settings;
  }

  /** While the role is wrong, nobody knows what is required, but what is given can be checked all the same. */
  private settingsOf(role: Role | null): Record<string, Setting> {
    if (role !== null) return SETTINGS[role];
    const given = ALL.filter((setting) => this.given(setting) !== undefined);
    return Object.fromEntries(given.map((setting) => [setting.env, setting]));
  }

  /** What is said outright, else the role that the file has a section for. */
  private role(): Role | null {
    const said = this.environment['ROLE'] || this.file.values.get('role');
    const sections = ROLES.filter((role) => hasSection(this.file, role));
    if (said === undefined) return this.roleOf(sections);
    const role = ROLES.find((each) => each === said);
    if (role === undefined) return this.refuse('ROLE', JSON.stringify(said), 'control or gateway');
    const other = sections.find((section) => section !== role);
    return other === undefined ? role : this.contradiction(role, other);
  }

  private roleOf(sections: readonly Role[]): Role | null {
    const [role, other] = sections;
    if (role === undefined) return this.refuse('ROLE', this.unset('ROLE'), 'control or gateway');
    return other === undefined ? role : this.contradiction(role, other);
  }

  /** A process has one role, so what the file says of another would never be read. */
  private contradiction(role: Role, other: Role): null {
    const seen = `${role}, and the section "${other}:" in the YAML file`;
    return this.refuse('ROLE', seen, 'the sections of one role', 'Give each process a file of its own');
  }

  private value(setting: Setting): unknown {
    const { env, secret, allowed } = setting;
    const given = this.given(setting);
    if (given === undefined) {
      return 'fallback' in setting ? setting.fallback : this.refuse(env, this.unset(env), allowed);
    }
    return parsed(setting, given) ?? this.refuse(env, secret ? '(secret)' : JSON.stringify(given), allowed);
  }

  /** An empty variable counts as not set: compose files pass on variables that nobody has set. */
  private given({ env, yaml }: Setting): YamlValue | undefined {
    return this.environment[env] || this.file.values.get(yaml);
  }

  /** A variable that is missing may be there under a name with a slip in it. */
  private unset(key: string): string {
    const others = Object.keys(this.environment).filter((name) => !ENVIRONMENT.has(name));
    const meant = nearest(key, others);
    return meant === null ? UNSET : `${UNSET}, but ${meant} is`;
  }

  private refuse(key: string, seen: string, allowed: string, advice?: string): null {
    this.faults.push({ key, seen, allowed, ...(advice !== undefined && { advice }) });
    return null;
  }
}

/** A YAML list stands for what the environment separates by commas; a setting with one value takes none. */
function parsed(setting: Setting, given: YamlValue): unknown {
  if (typeof given === 'string') return setting.parse(given);
  return Array.isArray(setting.fallback) ? setting.parse(given.join(',')) : undefined;
}

const hasSection = ({ values, empty }: SettingsFile, role: Role): boolean =>
  [...values.keys(), ...empty].some((path) => path === role || path.startsWith(`${role}.`));

const isSection = (path: string): boolean => [...YAML].some((key) => key.startsWith(`${path}.`));

function unknownPaths({ values, empty }: SettingsFile): SettingFault[] {
  const unknown = [
    ...[...values.keys()].filter((path) => !YAML.has(path)),
    ...empty.filter((path) => !YAML.has(path) && !isSection(path)),
  ];
  return unknown.map(unknownPath);
}

function unknownPath(key: string): SettingFault {
  const meant = nearestPath(key);
  const advice = meant === null ? 'docs/configuration.md lists them' : `Did you mean ${meant}?`;
  return { key, seen: 'a key in the YAML file', allowed: 'the keys that Causeway has', advice };
}

/** The same key may stand in another section; else the whole path, or its last part, has a slip in it. */
function nearestPath(path: string): string | null {
  const last = lastPart(path);
  const [first, ...others] = [...YAML].filter((key) => lastPart(key) === last);
  if (first !== undefined) return nearest(path, [first, ...others]) ?? first;
  const meant = nearest(last, [...YAML].map(lastPart));
  return nearest(path, YAML) ?? [...YAML].find((key) => lastPart(key) === meant) ?? null;
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
