import { fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accepts } from '../../../scripts/toolchain/child-processes.mjs';
import { freePort } from '../../../scripts/toolchain/free-port.mjs';

/** A call failed, so that the round that it was part of gives no figure. */
export class CallFailed extends Error {}

/**
 * A small program of the bench, in a process of its own that ends with this one.
 * @typedef {{pid: number, url: string, tell: (message: object | string) => Promise<any>}} Program
 */

/**
 * @param {string} file in `programs`
 * @param {string} directory of its log
 * @param {{env?: Record<string, string>, node?: string[]}} [more] `node`: arguments for Node
 * @returns {Promise<Program>} `url` is that of the port that it was told to listen on
 */
export async function startProgram(file, directory, { env = {}, node = [] } = {}) {
  const port = await freePort();
  const path = fileURLToPath(new URL(`../programs/${file}`, import.meta.url));
  const log = openSync(join(directory, `${file}-${port}.log`), 'a');
  const child = fork(path, {
    execArgv: node,
    env: { ...env, PORT: String(port) },
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  process.once('exit', () => child.kill('SIGKILL'));
  const tell = (/** @type {object | string} */ message) =>
    new Promise((resolve) => {
      child.once('message', resolve);
      child.send(message);
    });
  return { pid: Number(child.pid), url: `http://127.0.0.1:${port}`, tell };
}

/** As {@link startProgram}, for a program that listens. @type {typeof startProgram} */
export async function startServer(file, directory, more) {
  const program = await startProgram(file, directory, more);
  const since = Date.now();
  while (!(await accepts(Number(new URL(program.url).port)))) {
    if (Date.now() - since > 10_000) throw new Error(`${file} does not listen`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return program;
}

/** The load generator. */
export class LoadGenerator {
  /** @param {Program} program */
  constructor(program) {
    this.program = program;
    this.sent = 0;
  }

  /** @param {string} directory */
  static async start(directory) {
    return new LoadGenerator(await startProgram('load-generator.mjs', directory));
  }

  /** @param {string} action @param {object} [options] @returns {Promise<any>} @throws CallFailed */
  async do(action, options = {}) {
    const { value, error } = await this.program.tell({ id: this.sent++, action, options });
    if (error !== undefined) throw new CallFailed(error);
    return value;
  }
}
