import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MAIN, runtimeNode } from '../../../scripts/toolchain/paths.mjs';
import { freshDatabase } from '../../support/postgres.js';

/** The seed's document has it in these words. */
const SEED_YAML = `# Gateway configuration
gateway:
  url: https://aws-gw.example.com
  controlPlane:
    url: https://control-plane.example.com
    natsUrl: nats://control-plane.example.com:4222
`;
const NOBODY = 65_534;
const PORTS = { HOST: '127.0.0.1', PORT: '0', OPS_HOST: '127.0.0.1', OPS_PORT: '0', SHUTDOWN_DELAY_MS: '0' };

const directory = mkdtempSync(join(tmpdir(), 'causeway-start-'));
chmodSync(directory, 0o755);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Ended {
  status: number | null;
  /** What it logged, as text. */
  stdout: string;
  stderr: string;
}

/** Runs the built program until it ends, or until it has logged this text and then had two seconds more. */
function run(
  env: Record<string, string>,
  { until = '', uid }: { until?: string; uid?: number } = {},
): Promise<Ended> {
  const identity = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(runtimeNode(), [MAIN], { env: { ...PORTS, ...env }, cwd: directory, ...identity });
  const ended: Ended = { status: null, stdout: '', stderr: '' };
  child.stderr.on('data', (chunk: Buffer) => (ended.stderr += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    const before = ended.stdout;
    ended.stdout += chunk.toString();
    if (until !== '' && !before.includes(until) && ended.stdout.includes(until))
      setTimeout(() => child.kill('SIGKILL'), 2000);
  });
  return new Promise((resolve) => child.once('close', (status) => resolve({ ...ended, status })));
}

const controlEnv = (databaseUrl: string, key = 1) => ({
  ROLE: 'control',
  DATABASE_URL: databaseUrl,
  CAUSEWAY_MASTER_KEY: Buffer.alloc(32, key).toString('base64'),
  BOOTSTRAP_ADMIN_TOKEN: 'bootstrap-token-of-the-tests',
});

describe('the first start says in one line what is wrong, what was seen and what to do', () => {
  it("with the seed's YAML, whose section says the role, and no join token", async () => {
    const file = join(directory, 'gateway.yaml');
    writeFileSync(file, SEED_YAML);
    const env = { CONFIG_FILE: file, DATA_DIR: join(directory, 'seed') };
    // Its NATS server is on another host, and goes without TLS.
    expect(await run(env)).toMatchObject({
      status: 78,
      stderr: expect.stringMatching(/NATS_URL: seen nats:.*ALLOW_PLAINTEXT=true/) as string,
    });
    expect(await run({ ...env, ALLOW_PLAINTEXT: 'true' })).toEqual({
      status: 78,
      stdout: '',
      stderr:
        'Configuration: JOIN_TOKEN: seen (not set); allowed: a join token, since DATA_DIR has no enrolment.json: this replica has not enrolled. ' +
        'Ask for one: POST /api/v1/gateways/{name}/join-tokens\n',
    });
  });

  it('with a data directory that it may not write to', async () => {
    const dataDir = join(directory, 'locked');
    mkdirSync(dataDir, { mode: 0o555 });
    const env = {
      ROLE: 'gateway',
      GATEWAY_URL: 'https://a',
      CONTROL_PLANE_URL: 'https://c',
      DATA_DIR: dataDir,
    };
    const isRoot = process.getuid?.() === 0;
    const { status, stdout, stderr } = await run(env, isRoot ? { uid: NOBODY } : {});
    expect([status, stdout]).toEqual([78, '']);
    expect(stderr).toMatch(
      /^Configuration: DATA_DIR: seen .*locked \(EACCES: .*\); allowed: a directory that .*\n$/,
    );
  });

  it('with a master key that is not the one of the database', async () => {
    const databaseUrl = await freshDatabase();
    await run(controlEnv(databaseUrl), { until: 'Listening on http://127.0.0.1:' });
    await run(controlEnv(databaseUrl), { until: '"context":"ControlPlane"' });
    const { status, stdout, stderr } = await run(controlEnv(databaseUrl, 2));
    expect(status).toBe(78);
    expect(stdout).not.toContain('"level":"error"');
    expect(stderr).toMatch(
      /^Configuration: CAUSEWAY_MASTER_KEY: seen \(secret\); allowed: the key that .*\n$/,
    );
  });

  it('with a database that does not exist, and does not repeat it', async () => {
    const databaseUrl = new URL(await freshDatabase());
    databaseUrl.pathname = '/not_created_yet';
    const { stdout } = await run(controlEnv(databaseUrl.href), { until: 'The database cannot be used' });
    const lines = stdout.split('\n').filter((line) => line.includes('not_created_yet'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('Create the database, or correct the name in DATABASE_URL');
    expect(lines[0]).not.toContain('stack');
  });
});
