import { spawn } from 'node:child_process';
import { ROOT } from './paths.mjs';

/** A command that ended with another exit code than 0. `output` holds what it printed. */
export class CommandFailed extends Error {
  /** @param {string} command @param {number | string | null} code @param {string} output */
  constructor(command, code, output) {
    super(`${command} ended with ${code}\n${output.slice(-6000)}`);
    this.code = code;
    this.output = output;
  }
}

/**
 * Runs a command to its end and keeps what it prints.
 * @param {string} file
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean}} [options] `show`: print the output as it comes.
 * @returns {Promise<string>} its output
 * @throws CommandFailed
 */
export function runCommand(file, args, { cwd = ROOT, env = process.env, show = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (/** @type {Buffer} */ chunk) => {
      output += chunk;
      if (show) process.stdout.write(chunk);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new CommandFailed([file, ...args].join(' '), code ?? signal, output));
    });
  });
}
