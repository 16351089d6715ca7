import type { SealedBox } from '#libs/crypto';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { flushDirectory } from '../durable-file.js';
import { frame, readFrames } from './frames.js';

/** Deltas (JWS) applied since a snapshot file was written, in order. */
export class JournalFile {
  private parts = 0;
  private size = 0;

  private constructor(
    private readonly file: FileHandle,
    private readonly place: string,
    private readonly box: SealedBox,
  ) {}

  static async create(path: string, place: string, box: SealedBox): Promise<JournalFile> {
    const file = await open(path, 'w', 0o600);
    await flushDirectory(dirname(path));
    return new JournalFile(file, place, box);
  }

  get bytes(): number {
    return this.size;
  }

  async append(deltas: readonly string[]): Promise<void> {
    const frames = deltas.map((delta) =>
      frame(this.box.seal(`${this.place}|${this.parts++}`, Buffer.from(delta))),
    );
    const bytes = Buffer.concat(frames);
    await this.file.appendFile(bytes);
    await this.file.datasync();
    this.size += bytes.length;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

/** The deltas of a journal. A torn last one, as a crash leaves it, is left out.
 * @throws Error at the first one that was changed. */
export async function* readJournal(path: string, place: string, box: SealedBox): AsyncGenerator<string> {
  let part = 0;
  for await (const sealed of readFrames(createReadStream(path))) {
    yield box.open(`${place}|${part++}`, sealed).toString('utf8');
  }
}
