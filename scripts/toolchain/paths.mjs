import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What the scripts keep for themselves: tools, logs, data of a running quickstart. Not in git. */
export const STATE = join(ROOT, '.causeway');

/** The built program. */
export const MAIN = join(ROOT, 'dist', 'apps', 'federation', 'src', 'main.js');

/** The Node that the checkout is run with: the bundled one, or this one where no binary comes with the platform. */
export function runtimeNode() {
  const bundled = join(ROOT, 'node_modules', '.bin', 'node');
  return existsSync(bundled) ? bundled : process.execPath;
}
