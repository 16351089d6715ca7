import { ApiProperty } from '@nestjs/swagger';
import { REPLICA_STATES, type ReplicaState } from '../../fleet/replica-state.js';
import { PageOf } from '../crud/page.js';

const TIME_OR_NULL = { type: String, format: 'date-time', nullable: true } as const;

class RejectedView {
  @ApiProperty({ type: 'integer' })
  revision!: number;

  @ApiProperty({ example: 'snapshot_invalid' })
  reason!: string;

  @ApiProperty()
  detail!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  at!: string;
}

export class ReplicaView {
  @ApiProperty()
  id!: string;

  @ApiProperty({ enum: REPLICA_STATES, description: 'By the age of its last report: 15 s, 5 minutes, more' })
  state!: ReplicaState;

  @ApiProperty({ type: 'integer', description: '0 while it has no snapshot' })
  revision!: number;

  @ApiProperty()
  digest!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  enrolledAt!: string;

  @ApiProperty(TIME_OR_NULL)
  appliedAt!: string | null;

  @ApiProperty(TIME_OR_NULL)
  lastSeenAt!: string | null;

  @ApiProperty()
  version!: string;

  @ApiProperty({ type: 'integer' })
  schemaVersion!: number;

  @ApiProperty()
  uptimeSeconds!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      "How far its clock is ahead of the control plane's; beyond 60 its requests are refused, and beyond 30 its hops may be",
  })
  clockOffsetSeconds!: number | null;

  @ApiProperty({ enum: ['nats', 'https', 'none'] })
  connection!: string;

  @ApiProperty({ type: RejectedView, nullable: true })
  rejected!: RejectedView | null;
}

export class ReplicaPage extends PageOf(ReplicaView) {}
