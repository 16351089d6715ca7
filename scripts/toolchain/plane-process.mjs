import { answers, startChild, untilReady } from './child-processes.mjs';
import { MAIN, runtimeNode } from './paths.mjs';

/**
 * One process of the built program.
 * @typedef {{name: string, url: string, opsUrl: string, command: string[], env: Record<string, string>, pid: number,
 *   child: import('./child-processes.mjs').Child, ready: (timeoutMs?: number) => Promise<void>,
 *   start: () => Promise<void>}} PlaneProcess
 */

/**
 * Starts the program in one role. Its environment is exactly `env`: nothing of this process is inherited.
 * @param {{name: string, host?: string, port: number, opsPort: number, env: Record<string, string>, log: string,
 *   main?: string, cwd?: string}} spec `start` on the result starts it again, in the same place.
 * @returns {Promise<PlaneProcess>}
 */
export async function startPlaneProcess(spec) {
  const { name, host = '127.0.0.1', port, opsPort, log, main = MAIN, cwd } = spec;
  const env = {
    HOST: host,
    PORT: String(port),
    OPS_HOST: '127.0.0.1',
    OPS_PORT: String(opsPort),
    ...spec.env,
  };
  const command = [runtimeNode(), main];
  const opsUrl = `http://127.0.0.1:${opsPort}`;
  const plane = {
    name,
    url: `http://${host}:${port}`,
    opsUrl,
    command,
    env,
    child: await startChild({ name, command, env, log, ...(cwd === undefined ? {} : { cwd }) }),
    get pid() {
      return plane.child.pid;
    },
    ready: (timeoutMs = 60_000) => untilReady(plane.child, () => answers(`${opsUrl}/readyz`), timeoutMs),
    start: async () => {
      plane.child = await startChild({ name, command, env, log, ...(cwd === undefined ? {} : { cwd }) });
    },
  };
  return plane;
}
