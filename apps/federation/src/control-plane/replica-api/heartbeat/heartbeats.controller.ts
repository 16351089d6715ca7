import type { HeartbeatAnswer } from '#libs/contract';
import { HttpCode, Post } from '@nestjs/common';
import { Caller, Reported, type CallingReplica } from '../calling-replica.js';
import { ReplicaRoutes } from '../replica-routes.decorator.js';
import { readHeartbeat } from './read-heartbeat.js';
import { Heartbeats } from './heartbeats.service.js';

@ReplicaRoutes('heartbeat')
export class HeartbeatsController {
  constructor(private readonly heartbeats: Heartbeats) {}

  @Post()
  @HttpCode(200)
  heartbeat(@Caller() caller: CallingReplica, @Reported() body: unknown): Promise<HeartbeatAnswer> {
    return this.heartbeats.take(caller, readHeartbeat(body));
  }
}
