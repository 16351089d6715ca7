import { CONFIG_ITEM, SNAPSHOT_PREAMBLE, type HeadClaims, type SnapshotPreamble } from '#libs/contract';
import { SnapshotBuilder, SnapshotRejected, SnapshotStore, type Snapshot } from '#libs/snapshot';
import { Injectable, Logger } from '@nestjs/common';
import { ControlPlaneClient } from '../control-plane-client/control-plane-client.service.js';
import { ConfigApplier } from './config-applier.service.js';
import { ndjsonLines } from './ndjson-lines.js';
import type { Signed } from './signed-claims.js';

const RESPONSE_MS = 30_000;

/** Loads the whole configuration where the deltas do not lead to the newest head. */
@Injectable()
export class FullLoad {
  private readonly logger = new Logger(FullLoad.name);

  constructor(
    private readonly client: ControlPlaneClient,
    private readonly applier: ConfigApplier,
    private readonly store: SnapshotStore,
  ) {}

  /** @throws Error if the load broke off or its head cannot be trusted. An invalid snapshot is reported, not thrown. */
  async run(signal: AbortSignal): Promise<void> {
    const body = await this.client.stream('/internal/v1/snapshot', { timeoutMs: RESPONSE_MS, signal });
    try {
      await this.read(ndjsonLines(body as AsyncIterable<Buffer>));
    } finally {
      body.destroy();
    }
  }

  private async read(lines: AsyncGenerator<string>): Promise<void> {
    const first = (await lines.next()).value as string | undefined;
    const preamble = SNAPSHOT_PREAMBLE.parse(JSON.parse(first ?? 'null'), 'the first line of the snapshot');
    const head = await this.applier.verifiedHead(preamble.head);
    if (head === null) throw new Error('the head of the snapshot is not signed by a known key');
    if (this.applier.acceptHead(head, 'https') !== 'ahead') return;
    const snapshot = await this.build(lines, preamble, head);
    if (snapshot !== null) await this.applier.adopt(snapshot, head, preamble.tombstones);
  }

  private async build(
    lines: AsyncGenerator<string>,
    preamble: SnapshotPreamble,
    head: Signed<HeadClaims>,
  ): Promise<Snapshot | null> {
    const builder = new SnapshotBuilder(this.store.current ?? undefined);
    try {
      const entities = await addAll(lines, builder);
      if (entities !== preamble.entities) {
        throw new Error(`the snapshot broke off after ${entities} of ${preamble.entities} entities`);
      }
      return await builder.finish(head.claims);
    } catch (error) {
      if (!(error instanceof SnapshotRejected)) throw error;
      this.applier.refuse(head.claims, error);
      return null;
    } finally {
      this.logger.debug(`full load of revision ${head.claims.revision} is done`);
    }
  }
}

async function addAll(lines: AsyncGenerator<string>, builder: SnapshotBuilder): Promise<number> {
  let entities = 0;
  for await (const line of lines) {
    const item: unknown = JSON.parse(line);
    if (!CONFIG_ITEM.is(item))
      throw new SnapshotRejected('snapshot_invalid', 'a line of the snapshot is not an item');
    builder.add({ kind: item.kind, key: item.key, body: item.body });
    entities++;
    await builder.pause();
  }
  return entities;
}
