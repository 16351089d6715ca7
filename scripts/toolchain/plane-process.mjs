import { answers, startChild, untilReady } from './child-processes.mjs';
import { MAIN, runtimeNode } from './paths.mjs';

/**
 * One process of the built program.
 * @typedef {{name: string, url: string, opsUrl: string, command: string[], env: Record<string, string>, pid: number,
 *   child: import('./child-processes.mjs').Child, ready: (timeoutMs?: number) => Promise<void>,
 *   start: () => Promise<void>}} PlaneProcess
 */

/**
 * How the program is run: `[...wrapper, node, ...nodeArguments, main]` in `cwd`.
 * @typedef {{main?: string, node?: string, nodeArguments?: string[], wrapper?: string[], cwd?: string}} ProgramSpec
 */

/**
 * Starts the program in one role. Its environment is exactly `env`: nothing of this process is inherited.
 * @param {{name: string, host?: string, port: number, opsPort: number, env: Record<string, string>, log: string
 * } & ProgramSpec} spec `start` on the result starts it again, in the same place.
 * @returns {Promise<PlaneProcess>}
 */
export async function startPlaneProcess(spec) {
  const { name, host = '127.0.0.1', port, opsPort, log } = spec;
  const { main = MAIN, node = runtimeNode(), nodeArguments = [], wrapper = [], cwd } = spec;
  const env = {
    HOST: host,
    PORT: String(port),
    OPS_HOST: '127.0.0.1',
    OPS_PORT: String(opsPort),
    ...spec.env,
  };
  const command = [...wrapper, node, ...nodeArguments, main];
  const start = () => startChild({ name, command, env, log, ...(cwd === undefined ? {} : { cwd }) });
  const opsUrl = `http://127.0.0.1:${opsPort}`;
  const plane = {
    name,
    url: `http://${host}:${port}`,
    opsUrl,
    command,
    env,
    child: await start(),
    get pid() {
      return plane.child.pid;
    },
    ready: (timeoutMs = 60_000) => untilReady(plane.child, () => answers(`${opsUrl}/readyz`), timeoutMs),
    start: async () => {
      plane.child = await start();
    },
  };
  return plane;
}
