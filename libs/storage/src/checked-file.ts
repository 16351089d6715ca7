import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** Every value takes as much room in its file, so that it can be written over in place. */
const BYTES = 256;

/** What a file holds: its value, or why there is none. */
export type Checked<T> = { value: T } | { value: null; fault: 'missing' | 'damaged' };

/** How long the checksum and the space behind it are, bytes. */
export const CHECKSUM_BYTES = 9;

/** A text with its checksum in front: `1a2b3c4d text`, the CRC-32 of its UTF-8 bytes as eight hexadecimal digits. */
export const withChecksum = (text: string): string => `${hex(crc32(text))} ${text}`;

/** Whether bytes from {@link withChecksum} are as they were written. */
export const isIntact = (bytes: Buffer): boolean =>
  bytes.toString('latin1', 0, CHECKSUM_BYTES) === `${hex(crc32(bytes.subarray(CHECKSUM_BYTES)))} `;

/**
 * A file with one small value and its checksum. It is written over in place: file systems flush a file that is cut and
 * written again, which would hold up everything else, and a full disk has no room for another file.
 */
export class CheckedFile<T> {
  private file: number | null = null;

  constructor(readonly path: string) {}

  /**
   * @param value Becomes JSON of at most 246 bytes.
   * @throws Error of the file system.
   */
  write(value: T): void {
    const bytes = lineOf(JSON.stringify(value));
    this.file ??= openSync(this.path, constants.O_RDWR | constants.O_CREAT, 0o600);
    writeSync(this.file, bytes, 0, bytes.length, 0);
  }

  /** @throws Error of the file system, other than that there is no such file. */
  read(): Checked<T> {
    const bytes = bytesIn(this.path);
    if (bytes === null) return { value: null, fault: 'missing' };
    const line = bytes.subarray(0, -1);
    if (bytes.length !== BYTES || !isIntact(line)) return { value: null, fault: 'damaged' };
    return { value: JSON.parse(line.toString('utf8', CHECKSUM_BYTES)) as T };
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
    this.file = null;
  }
}

function lineOf(text: string): Buffer {
  const line = Buffer.alloc(BYTES, ' ');
  line.write(text, CHECKSUM_BYTES);
  line.write('\n', BYTES - 1);
  line.write(hex(crc32(line.subarray(CHECKSUM_BYTES, -1))));
  return line;
}

function bytesIn(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const hex = (crc: number): string => crc.toString(16).padStart(8, '0');
