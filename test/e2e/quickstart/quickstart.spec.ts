import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answers } from '../../../scripts/toolchain/child-processes.mjs';
import { ROOT, STATE, runtimeNode } from '../../../scripts/toolchain/paths.mjs';
import { eventually } from '../../support/eventually.js';

interface Plane {
  name?: string;
  url: string;
  opsUrl: string;
  pid: number;
  command: string[];
  env: Record<string, string>;
}

interface State {
  controlPlane: Plane & { adminToken: string };
  gateways: Plane[];
  mcpServers: { name: string; url: string; proxyUrl: string }[];
  users: { user: string; token: string }[];
  postgresUrl: string;
  natsUrl: string | null;
  natsPid: number | null;
}

const FILE = join(STATE, 'quickstart.json');
const sut = spawn(runtimeNode(), [join(ROOT, 'scripts', 'quickstart.mjs')], {
  stdio: ['ignore', 'pipe', 'pipe'],
});
let output = '';
sut.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
sut.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
const ended = new Promise<number | null>((resolve) => {
  sut.once('exit', resolve);
});
let state: State;

beforeAll(async () => {
  await eventually(() => {
    if (!output.includes('Ctrl-C')) throw new Error(`The quickstart is not up:\n${output}`);
  }, 120_000);
  state = JSON.parse(readFileSync(FILE, 'utf8')) as State;
});
afterAll(() => sut.kill('SIGTERM'));

it('shows a call over a hop, its audit record and the time at each hop', () => {
  expect(output).toMatch(/proxy_hops +1\n/);
  expect(output).toContain('Quarterly review');
  expect(output).toMatch(/gateway aws +entry +[\d.]+\n/);
  expect(output).toMatch(/gateway azure +handling +[\d.]+\n/);
});

it('leaves a file by which programs find everything, readable by its owner only', () => {
  expect(Object.keys(state).sort()).toEqual(
    ['controlPlane', 'gateways', 'mcpServers', 'natsPid', 'natsUrl', 'postgresUrl', 'users'].sort(),
  );
  expect(state.gateways.map((gateway) => gateway.name)).toEqual(['aws', 'azure', 'onprem']);
  expect(statSync(FILE).mode & 0o077).toBe(0);
});

it('starts a gateway again by the command and the environment in that file', async () => {
  const [aws] = state.gateways;
  if (aws === undefined) throw new Error('no gateway');
  process.kill(aws.pid, 'SIGKILL');
  await eventually(async () => expect(await answers(`${aws.opsUrl}/readyz`)).toBe(false));
  const again = spawn(String(aws.command[0]), aws.command.slice(1), { env: aws.env, stdio: 'ignore' });
  await eventually(async () => expect(await answers(`${aws.opsUrl}/readyz`)).toBe(true));
  again.kill('SIGTERM');
});

it('stops everything that it started', async () => {
  sut.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(existsSync(FILE)).toBe(false);
  for (const { url, pid } of [state.controlPlane, ...state.gateways]) {
    expect(await answers(url, 404)).toBe(false);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  }
  expect(() => process.kill(Number(state.natsPid), 0)).toThrow('ESRCH');
});
