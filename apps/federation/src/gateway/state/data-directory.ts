import { SealedBox } from '#libs/crypto';
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { GatewaySettings } from '../../settings/settings.js';
import { readIfPresent, writeDurably } from './durable-file.js';

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
    const key = dataKey ?? (await storedKey(join(dataDir, 'data.key')));
    return new DataDirectory(dataDir, configPath, new SealedBox(key));
  }

  /** Writes a small part of the configuration. @param name File name; the content opens under no other. */
  writeSealed(name: string, value: unknown): Promise<void> {
    const sealed = this.box.seal(name, Buffer.from(JSON.stringify(value)));
    return writeDurably(join(this.configPath, name), [sealed]);
  }

  /** The value as written, or null if there is none. @throws SealError */
  async readSealed(name: string): Promise<unknown> {
    const sealed = await readIfPresent(join(this.configPath, name));
    return sealed === null ? null : JSON.parse(this.box.open(name, sealed).toString('utf8'));
  }
}

/** The key kept at this path, made at the first start. */
async function storedKey(path: string): Promise<Buffer> {
  const held = await readIfPresent(path);
  if (held?.length === KEY_BYTES) return held;
  const fresh = randomBytes(KEY_BYTES);
  await writeDurably(path, [fresh]);
  return fresh;
}
