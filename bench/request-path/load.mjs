import { readFileSync } from 'node:fs';
import { Pool } from 'undici';

const TICK_MS = 10;
const CONNECTIONS = 16;
const VERSION = '2026-07-28';

const BODY = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: {
    name: 'get_calendar_events',
    arguments: { from: '2026-02-06', days: 7 },
    _meta: {
      'io.modelcontextprotocol/protocolVersion': VERSION,
      'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
});

const headersFor = (token) => ({
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': VERSION,
  'mcp-method': 'tools/call',
  'mcp-name': 'get_calendar_events',
});

/** Milliseconds of processor time that a process has used so far, in user and kernel mode (proc_pid_stat(5)). */
export function cpuMs(pid) {
  const [user, kernel] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13);
  return (Number(user) + Number(kernel)) * TICK_MS;
}

/** A load of tool calls over one path, through processes whose processor time counts. */
export class Load {
  constructor(name, url, token, pids) {
    this.name = name;
    this.pids = pids;
    this.target = new URL(url);
    this.headers = headersFor(token);
    this.pool = new Pool(this.target.origin, { connections: CONNECTIONS });
    this.samples = [];
  }

  /** Makes calls and keeps what each cost. @throws Error when one is not answered with a result */
  async round(calls, isSample) {
    const before = this.cpu();
    let left = calls;
    const worker = async () => {
      while (left-- > 0) await this.call();
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
    if (isSample) this.samples.push(((this.cpu() - before) * 1000) / calls);
  }

  /** Microseconds of processor time per call, the median of the rounds. */
  median() {
    return this.samples.toSorted((a, b) => a - b)[this.samples.length >> 1];
  }

  close() {
    return this.pool.close();
  }

  cpu() {
    return this.pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
  }

  async call() {
    const { pathname } = this.target;
    const request = { path: pathname, method: 'POST', headers: this.headers, body: BODY };
    const { statusCode, body } = await this.pool.request(request);
    const text = await body.text();
    if (statusCode !== 200 || !text.includes('"result"'))
      throw new Error(`${this.name}: ${statusCode} ${text}`);
  }
}
