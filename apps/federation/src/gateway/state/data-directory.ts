import { SealedBox } from '#libs/crypto';
import { Logger } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { GatewaySettings } from '../../settings/settings.js';
import {
  FileDamagedError,
  overwriteDurably,
  readChecked,
  readIfPresent,
  removeDurably,
  writeChecked,
  writeDurably,
} from './durable-file.js';

const KEY_BYTES = 32;

/** The directory in which a replica keeps what it needs to start again, and the key it is encrypted with. */
export class DataDirectory {
  private constructor(
    /** Holds the replica's key pair and its enrolment. */
    readonly path: string,
    /** Holds the configuration, encrypted. */
    readonly configPath: string,
    readonly box: SealedBox,
  ) {}

  /** Makes the directory if there is none. */
  static async open({
    dataDir,
    dataKey,
  }: Pick<GatewaySettings, 'dataDir' | 'dataKey'>): Promise<DataDirectory> {
    const configPath = join(dataDir, 'config');
    await mkdir(configPath, { recursive: true, mode: 0o700 });
    const isUsed = (await readdir(configPath)).length > 0;
    const key = dataKey ?? (await storedKey(join(dataDir, 'data.key'), isUsed));
    return new DataDirectory(dataDir, configPath, new SealedBox(key));
  }

  /** Writes a small part of the configuration. @param name File name; the content opens under no other. */
  writeSealed(name: string, value: unknown): Promise<void> {
    const sealed = this.box.seal(name, Buffer.from(JSON.stringify(value)));
    return writeDurably(join(this.configPath, name), [sealed]);
  }

  /**
   * Writes as {@link writeSealed}, but where the content was before, so that it also works on a full disk.
   * @param length Characters of JSON to fill up to with spaces: as long as the length is the same, so is the file's.
   */
  async overwriteSealed(name: string, value: unknown, length: number): Promise<void> {
    const sealed = this.box.seal(name, Buffer.from(JSON.stringify(value).padEnd(length)));
    const path = join(this.configPath, name);
    try {
      await overwriteDurably(path, sealed);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await writeDurably(path, [sealed]);
    }
  }

  removeSealed(name: string): Promise<void> {
    return removeDurably(join(this.configPath, name));
  }

  /** The value as written, or null if there is none. @throws SealError */
  async readSealed(name: string): Promise<unknown> {
    const sealed = await readIfPresent(join(this.configPath, name));
    return sealed === null ? null : JSON.parse(this.box.open(name, sealed).toString('utf8'));
  }
}

/** The key kept at this path, made at the first start. @param isUsed There are files that were encrypted with it. */
async function storedKey(path: string, isUsed: boolean): Promise<Buffer> {
  const held = await readKey(path, isUsed);
  if (held !== null) return held;
  const fresh = randomBytes(KEY_BYTES);
  await writeChecked(path, fresh.toString('base64'));
  return fresh;
}

/** Null if the key is lost, and with it all that was encrypted. The control plane still has that. */
async function readKey(path: string, isUsed: boolean): Promise<Buffer | null> {
  try {
    const text = await readChecked(path);
    if (text !== null) return Buffer.from(text, 'base64');
    if (isUsed) reportLostKey('data.key is missing');
  } catch (error) {
    if (!(error instanceof FileDamagedError)) throw error;
    reportLostKey(error.message);
  }
  return null;
}

function reportLostKey(what: string): void {
  const text = `${what}; a new key is made, and the configuration that was encrypted with the old one cannot be read`;
  new Logger(DataDirectory.name).error(text);
}
