import { readFileSync } from 'node:fs';
import { readSettings } from './read-settings.js';
import { SettingsError } from './settings.error.js';
import type { Settings } from './settings.js';

/**
 * The settings of this process. Nothing else reads `process.env` or the YAML file that `CONFIG_FILE` names.
 * @throws SettingsError
 */
export async function loadSettings(): Promise<Settings> {
  const path = process.env['CONFIG_FILE'];
  if (path === undefined || path === '') return readSettings(process.env);
  // The YAML parser is loaded only where there is a file.
  const { readYaml } = await import('./settings-file.js');
  return readSettings(process.env, readYaml({ path, text: readFile(path) }));
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new SettingsError([{ key: 'CONFIG_FILE', seen: path, allowed: 'a readable file' }]);
  }
}
