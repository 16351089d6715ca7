import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileLock } from './file-lock.js';

const REGISTER = new URL('../../../test/support/typescript.register.mjs', import.meta.url).href;
const HOLD = `
  const { FileLock } = await import(${JSON.stringify(new URL('file-lock.ts', import.meta.url).href)});
  process.stdout.write(FileLock.take(process.argv[1]) === null ? 'refused' : 'held');
  setInterval(() => globalThis.gc?.(), 10);`;

describe('FileLock', { timeout: 30_000 }, () => {
  let directory: string;
  let path: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lock-'));
    path = join(directory, 'lock');
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });

  /** Another process that takes the lock, or tries to, and stays. */
  async function other(): Promise<{ child: ChildProcess; said: string }> {
    const flags = ['--conditions=causeway-source', '--expose-gc', '--import', REGISTER];
    const child = spawn(process.execPath, [...flags, '--input-type=module', '--eval', HOLD, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, said: said.toString() };
  }

  it('is held against every other process until the holder is killed, and is free at once then', async () => {
    const { child, said } = await other();
    expect(said).toBe('held');
    expect(FileLock.take(path)).toBeNull();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(FileLock.take(path)).not.toBeNull();
    expect((await other()).said).toBe('refused');
  });

  it('is held against its own process too, until it is released', () => {
    const lock = FileLock.take(path);
    expect(FileLock.take(path)).toBeNull();
    lock?.release();
    expect(FileLock.take(path)).not.toBeNull();
  });

  it('does not care what is in the file', async () => {
    writeFileSync(path, 'pid 1 on another host');
    expect(FileLock.take(path)).not.toBeNull();
    expect((await other()).said).toBe('refused');
  });
});
