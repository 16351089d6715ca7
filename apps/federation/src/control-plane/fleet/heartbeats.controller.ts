import type { HeartbeatAnswer } from '#libs/contract';
import { Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Caller, Reported, type CallingReplica } from '../enrolment/calling-replica.js';
import { ReplicaGuard } from '../enrolment/replica.guard.js';
import { readHeartbeat } from './heartbeat-rules.js';
import { Heartbeats } from './heartbeats.service.js';

@ApiExcludeController()
@Controller('internal/v1/heartbeat')
@UseGuards(ReplicaGuard)
export class HeartbeatsController {
  constructor(private readonly heartbeats: Heartbeats) {}

  @Post()
  @HttpCode(200)
  heartbeat(@Caller() caller: CallingReplica, @Reported() body: unknown): Promise<HeartbeatAnswer> {
    return this.heartbeats.take(caller, readHeartbeat(body));
  }
}
