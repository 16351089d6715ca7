import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MAIN, ROOT, runtimeNode } from '../../../scripts/toolchain/paths.mjs';

const HAS_WHAT_IS_NEEDED = 'typeof require("node:crypto").randomUUIDv7 === "function"';
/** Takes away from a Node what an older one lacks. */
const WITHOUT = 'data:text/javascript,import crypto from "node:crypto"; crypto.randomUUIDv7 = undefined;';
const ONE_LINE =
  /^Causeway needs Node 24\.16\.0 or newer, with crypto\.randomUUIDv7 \(not in 25 and 26\.0\); this is v[\d.]+\.\n$/;

function isOlder(node: string): boolean {
  return execFileSync(node, ['-p', HAS_WHAT_IS_NEEDED], { encoding: 'utf8' }).trim() === 'false';
}

/** A Node of this machine that is too old, if it has one. */
function olderNode(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
  const nodes = folders.map((folder) => join(folder, 'node')).filter((file) => existsSync(file));
  return [...new Set(nodes)].find(isOlder);
}

function start(node: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(node, args, { cwd: ROOT, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const older = olderNode();

describe('a Node that is too old', () => {
  it('is refused in one line', () => {
    const refused = start(runtimeNode(), ['--import', WITHOUT, MAIN]);
    expect(refused).toEqual({ status: 78, stdout: '', stderr: expect.stringMatching(ONE_LINE) });
  });

  it.skipIf(older === undefined)(
    `is refused in one line (${older ?? 'skipped: this machine has no older Node to try it with'})`,
    () => {
      const refused = start(older!, [MAIN], { ROLE: 'gateway' });
      expect(refused).toEqual({ status: 78, stdout: '', stderr: expect.stringMatching(ONE_LINE) });
    },
  );

  it('is refused by the quickstart before anything is started', () => {
    const launcher = join(ROOT, 'scripts', 'quickstart.mjs');
    const refused = start(runtimeNode(), [launcher, '--check'], {
      ...process.env,
      NODE_OPTIONS: `--import=${encodeURI(WITHOUT).replaceAll('"', '%22')}`,
    });
    expect(refused.status).toBe(78);
    expect(refused.stderr).toMatch(/^Causeway needs Node .+; .+ is v[\d.]+\.\n$/);
  });
});
