import { readFileSync } from 'node:fs';
import { SettingsError } from './settings/settings.error.js';
import { readSettings } from './settings/read-settings.js';
import type { Settings } from './settings/settings.js';

/** Exit code for a configuration that cannot work: EX_CONFIG of sysexits.h. */
export const EX_CONFIG = 78;

/**
 * The settings of this process: the only reader of `process.env` and of the YAML file that `CONFIG_FILE` names.
 * @throws SettingsError
 */
export function loadSettings(): Settings {
  const path = process.env['CONFIG_FILE'];
  return readSettings(process.env, path === undefined || path === '' ? null : { path, text: readYaml(path) });
}

function readYaml(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new SettingsError([{ key: 'CONFIG_FILE', seen: path, allowed: 'a readable file' }]);
  }
}
