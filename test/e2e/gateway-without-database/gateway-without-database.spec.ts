import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT, runtimeNode } from '../../../scripts/toolchain/paths.mjs';
import { startScenario, type Scenario } from '../../support/everything-scenario.js';
import { outcomeOf } from '../../support/tool-call.js';

/** Packages that a gateway must not need. */
const ABSENT = ['typeorm', 'pg', '@nestjs/typeorm', 'pg-pool', 'pg-protocol', 'pg-types'];

const folder = mkdtempSync(join(tmpdir(), 'causeway-without-database-'));
let scenario: Scenario;

/** Copies the program and the packages of a production installation, without those of the database. */
function copyProgram(): void {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; optional?: boolean; devOptional?: boolean }>;
  };
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
  for (const [path, entry] of Object.entries(lock.packages)) {
    const isTopLevel = path.startsWith('node_modules/') && path.indexOf('/node_modules/') < 0;
    const isNeeded = entry.dev !== true && entry.optional !== true && entry.devOptional !== true;
    if (!isTopLevel || !isNeeded || ABSENT.includes(path.slice('node_modules/'.length))) continue;
    if (existsSync(join(ROOT, path))) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  }
}

beforeAll(async () => {
  copyProgram();
  const main = join(folder, 'dist', 'apps', 'federation', 'src', 'main.js');
  scenario = await startScenario({ program: { gateway: { main, cwd: folder } } });
});
afterAll(async () => {
  await scenario?.federation.stop();
  rmSync(folder, { recursive: true, force: true });
});

it.each(ABSENT.slice(0, 3))('%s is not installed', async (name) => {
  const script = `import(${JSON.stringify(name)}).then(() => process.exit(0), (e) => { console.log(e.code); process.exit(3); })`;
  const failed = promisify(execFile)(runtimeNode(), ['-e', script], { cwd: folder });
  await expect(failed).rejects.toMatchObject({ code: 3, stdout: 'ERR_MODULE_NOT_FOUND\n' });
});

it('two gateways boot and serve without the packages of the database', async () => {
  const { urls, alice } = scenario;
  const call = { url: urls.modern, token: alice.token, tool: 'echo', args: { message: 'x' } };
  expect(await outcomeOf(call)).toBe('ok');
});
