/**
 * Where the program begins. Only what runs on any Node is imported here: what the rest of the program imports may be
 * missing from an older one, and then the reason would be a stack instead of a line that says what to do.
 */
import { unsuitableNode } from './node-version.js';
import { EX_CONFIG } from './settings/settings.error.js';

const complaint = unsuitableNode();
if (complaint === null) {
  const { runProgram } = await import('./program.js');
  runProgram();
} else {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = EX_CONFIG;
}
