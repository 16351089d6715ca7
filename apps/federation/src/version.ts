import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The package's version, as heartbeats and enrolment report it. */
export const VERSION: string = readVersion(import.meta.dirname);

/** Sources and compiled files lie at different depths below the one package.json. */
function readVersion(directory: string): string {
  const path = join(directory, 'package.json');
  if (existsSync(path)) return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  if (dirname(directory) === directory) throw new Error('no package.json above the program');
  return readVersion(dirname(directory));
}
