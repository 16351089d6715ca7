import { POLL_QUERY, type PollAnswer } from '#libs/contract';
import { Get, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { unauthenticated } from '../../problem/problem.error.js';
import { Caller, type CallingReplica } from '../calling-replica.js';
import { ReplicaKeys } from '../replica-keys.service.js';
import { readMessage } from '../read-message.js';
import { ReplicaRoutes } from '../replica-routes.decorator.js';
import { ConfigPolls } from './config-polls.service.js';
import { LongPolls } from './long-polls.service.js';
import { SnapshotStream } from './snapshot-stream.service.js';

const DEFAULTS = { epoch: '0', since: '0', digest: '', wait: '0' };
const MAX_WAIT_SECONDS = 30;

/** Serves the configuration to gateways over HTTP. */
@ReplicaRoutes()
export class ReplicaConfigController {
  constructor(
    private readonly polls: ConfigPolls,
    private readonly longPolls: LongPolls,
    private readonly snapshots: SnapshotStream,
    private readonly replicas: ReplicaKeys,
  ) {}

  @Get('config')
  async config(
    @Caller() caller: CallingReplica,
    @Query() given: Record<string, unknown>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PollAnswer> {
    const query = readMessage(POLL_QUERY, { ...DEFAULTS, ...given });
    const at = { epoch: Number(query.epoch), revision: Number(query.since), digest: query.digest };
    const waitMs = Math.min(Number(query.wait), MAX_WAIT_SECONDS) * 1000;
    void reply.header('cache-control', 'no-store');
    const answer = await this.polls.answer(at, waitMs, closeSignal(reply));
    // It may have been evicted while it waited.
    if ((await this.replicas.find(caller.id)) === null) throw unauthenticated('The replica is not enrolled');
    // An open connection would keep the process from ending.
    if (this.longPolls.areClosed) void reply.header('connection', 'close');
    return answer;
  }

  @Get('snapshot')
  async snapshot(@Res() reply: FastifyReply): Promise<void> {
    const chunks = this.snapshots.chunks();
    // A failure before the first byte can still be answered with a problem document.
    const first = await chunks.next();
    const stream = Readable.from(resumed(first, chunks));
    reply.raw.once('close', () => stream.destroy());
    if (reply.raw.destroyed) stream.destroy();
    void reply
      .header('content-type', 'application/x-ndjson; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(stream);
  }
}

/** The first chunk and then the rest. However it ends, the rest is closed. */
async function* resumed(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    if (first.done !== true) yield first.value;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

/** A signal that is aborted when the client disconnects. */
function closeSignal(reply: FastifyReply): AbortSignal {
  const closed = new AbortController();
  reply.raw.once('close', () => closed.abort());
  return closed.signal;
}
