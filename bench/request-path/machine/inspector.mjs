import { setTimeout as sleep } from 'node:timers/promises';

/** Between two samples of a profile, microseconds. */
const INTERVAL_US = 200;
const ATTEMPTS = 100;

/**
 * The inspector of a process that was started with `--inspect-port` and gets SIGUSR1 to open it.
 * @param {import('../setup/paths.mjs').End} end
 */
export async function openInspector({ pid, inspectorPort }) {
  process.kill(pid(), 'SIGUSR1');
  const socket = new WebSocket(await addressOf(Number(inspectorPort)));
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error('the inspector cannot be reached')));
  });
  return new Inspector(socket);
}

/** @param {number} port @returns {Promise<string>} */
async function addressOf(port) {
  for (let i = 0; i < ATTEMPTS; i++) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/json/list`);
      const [target] = /** @type {{webSocketDebuggerUrl: string}[]} */ (await response.json());
      return String(target?.webSocketDebuggerUrl);
    } catch {
      await sleep(20);
    }
  }
  throw new Error(`No inspector listens on port ${port}`);
}

class Inspector {
  /** @param {WebSocket} socket */
  constructor(socket) {
    this.socket = socket;
    this.sent = 0;
    /** @type {Map<number, (result: any) => void>} */
    this.waiting = new Map();
    socket.addEventListener('message', ({ data }) => {
      const { id, result } = JSON.parse(data);
      this.waiting.get(id)?.(result);
      this.waiting.delete(id);
    });
  }

  async startProfile() {
    await this.ask('Profiler.enable');
    await this.ask('Profiler.setSamplingInterval', { interval: INTERVAL_US });
    await this.ask('Profiler.start');
  }

  /** @returns {Promise<import('node:inspector').Profiler.Profile>} */
  async stopProfile() {
    const { profile } = await this.ask('Profiler.stop');
    await this.ask('Profiler.disable');
    return profile;
  }

  async collectGarbage() {
    await this.ask('HeapProfiler.collectGarbage');
  }

  close() {
    this.socket.close();
  }

  /** @param {string} method @param {object} [params] @returns {Promise<any>} */
  ask(method, params = {}) {
    const id = ++this.sent;
    const answer = new Promise((resolve) => this.waiting.set(id, resolve));
    this.socket.send(JSON.stringify({ id, method, params }));
    return answer;
  }
}
