const LENGTH_BYTES = 4;
const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** Puts the length before the bytes, so that a file can be read back frame by frame. */
export function frame(bytes: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** The frames of a stream. A torn last frame, as a crash leaves it, ends the sequence. */
export async function* readFrames(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (let end = frameEnd(held); end !== null; end = frameEnd(held)) {
      yield held.subarray(LENGTH_BYTES, end);
      held = held.subarray(end);
    }
  }
}

/** Where the first frame ends, or null if it is not complete. */
function frameEnd(held: Buffer): number | null {
  if (held.length < LENGTH_BYTES) return null;
  const length = held.readUInt32BE(0);
  if (length > MAX_FRAME_BYTES) throw new Error('a frame is too long');
  return held.length < LENGTH_BYTES + length ? null : LENGTH_BYTES + length;
}
