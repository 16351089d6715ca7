import type { ConfigItem } from '#libs/contract';
import type { SealedBox } from '#libs/crypto';
import { TimeSlicer, SnapshotBuilder, type Snapshot } from '#libs/snapshot';
import { createReadStream } from 'node:fs';
import { writeDurably } from '../durable-file.js';
import { frame, readFrames } from './frames.js';

/** Bytes of entities per frame: small enough to be encrypted between two requests. */
const FRAME_BYTES = 128 * 1024;

/** A signed statement that names the version of a snapshot. */
export interface Proof {
  type: 'head' | 'delta';
  jws: string;
}

/** First frame of a snapshot file. */
interface Preamble {
  deploymentId: string;
  epoch: number;
  revision: number;
  proof: Proof;
}

/** A snapshot with the signed statement that names its digest. */
export interface ProvenSnapshot {
  deploymentId: string;
  snapshot: Snapshot;
  proof: Proof;
}

/** Writes the snapshot in slices; the event loop is never held up for long. */
export function writeSnapshotFile(
  path: string,
  place: string,
  box: SealedBox,
  proven: ProvenSnapshot,
): Promise<void> {
  return writeDurably(path, sealedFrames(place, box, proven));
}

/** @throws Error if the file cannot be decrypted, or its entities are not valid. The proof is not checked here. */
export async function readSnapshotFile(path: string, place: string, box: SealedBox): Promise<ProvenSnapshot> {
  const builder = new SnapshotBuilder();
  let preamble: Preamble | null = null;
  let part = 0;
  for await (const sealed of readFrames(createReadStream(path))) {
    const text = box.open(`${place}|${part++}`, sealed).toString('utf8');
    if (preamble === null) preamble = JSON.parse(text) as Preamble;
    else await addLines(builder, text);
  }
  if (preamble === null) throw new Error('the file is empty');
  const { deploymentId, proof, epoch, revision } = preamble;
  return { deploymentId, proof, snapshot: await builder.finish({ epoch, revision }) };
}

async function* sealedFrames(place: string, box: SealedBox, proven: ProvenSnapshot): AsyncGenerator<Buffer> {
  const slicer = new TimeSlicer();
  let part = 0;
  for (const text of frameTexts(proven)) {
    yield frame(box.seal(`${place}|${part++}`, Buffer.from(text)));
    await slicer.pause();
  }
}

function* frameTexts({ deploymentId, snapshot, proof }: ProvenSnapshot): Generator<string> {
  const { epoch, revision } = snapshot;
  yield JSON.stringify({ deploymentId, epoch, revision, proof } satisfies Preamble);
  let lines: string[] = [];
  let size = 0;
  for (const entity of snapshot.entities()) {
    const line = JSON.stringify(entity);
    lines.push(line);
    size += line.length;
    if (size < FRAME_BYTES) continue;
    yield lines.join('\n');
    lines = [];
    size = 0;
  }
  if (lines.length > 0) yield lines.join('\n');
}

async function addLines(builder: SnapshotBuilder, text: string): Promise<void> {
  for (const line of text.split('\n')) {
    builder.add(JSON.parse(line) as ConfigItem);
    await builder.pause();
  }
}
