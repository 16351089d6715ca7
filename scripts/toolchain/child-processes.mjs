import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Every running child, so that none outlives this process. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * A child process with its log in a file.
 * @typedef {{name: string, pid: number, log: string, exited: Promise<number | string>, exitCode: () => number | string | null,
 *   kill: (signal?: NodeJS.Signals) => boolean, stop: (graceMs?: number) => Promise<number | string>, output: () => string}} Child
 */

/**
 * Starts a process. Its output goes to `log`; it is killed when this process ends.
 * @param {{name: string, command: string[], env?: NodeJS.ProcessEnv, cwd?: string, log: string}} spec
 * @returns {Promise<Child>}
 */
export async function startChild({ name, command, env = process.env, cwd, log }) {
  mkdirSync(dirname(log), { recursive: true });
  const file = openSync(log, 'a');
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    env,
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  running.add(child);
  /** @type {number | string | null} */
  let code = null;
  /** @type {Promise<number | string>} */
  const exited = new Promise((resolve) => {
    child.once('exit', (exitCode, signal) => {
      running.delete(child);
      code = exitCode ?? String(signal);
      resolve(code);
    });
  });
  await new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(null));
    child.once('error', (cause) => reject(new Error(`${name} could not be started`, { cause })));
  });
  return {
    name,
    pid: Number(child.pid),
    log,
    exited,
    exitCode: () => code,
    kill: (signal = 'SIGKILL') => child.kill(signal),
    stop: (graceMs = 10_000) => stop(child, exited, graceMs),
    output: () => readFileSync(log, 'utf8'),
  };
}

/**
 * @param {import('node:child_process').ChildProcess} child @param {Promise<number | string>} exited @param {number} graceMs
 */
async function stop(child, exited, graceMs) {
  child.kill('SIGTERM');
  const late = new AbortController();
  const force = sleep(graceMs, undefined, { signal: late.signal }).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  );
  const code = await exited;
  late.abort();
  await force;
  return code;
}

/**
 * Waits until the check holds. @throws Error with the end of the child's log if it ends, or takes too long.
 * @param {Child} child
 * @param {() => Promise<boolean> | boolean} check
 * @param {number} [timeoutMs]
 */
export async function untilReady(child, check, timeoutMs = 60_000) {
  const deadline = Date.now() + timeoutMs;
  while (!(await check())) {
    const ended = child.exitCode();
    if (ended !== null) throw new Error(`${child.name} ended with ${ended}\n${child.output().slice(-4000)}`);
    if (Date.now() > deadline) throw new Error(`${child.name} is not ready\n${child.output().slice(-4000)}`);
    await sleep(50);
  }
}

/**
 * True if the URL answers with the status.
 * @param {string} url
 * @param {number} [status]
 * @returns {Promise<boolean>}
 */
export async function answers(url, status = 200) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.status === status;
  } catch {
    return false;
  }
}

/**
 * True if something takes connections on this loopback port.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (/** @type {boolean} */ result) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
