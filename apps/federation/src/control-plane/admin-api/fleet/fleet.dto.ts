import { ApiProperty } from '@nestjs/swagger';
import { REPLICA_STATES, type ReplicaState } from '../../fleet/replica-state.js';
import { ConfigHeadView } from '../config/config.dto.js';

const TIME_OR_NULL = { type: String, format: 'date-time', nullable: true } as const;

export const GATEWAY_STATES = ['ok', 'behind', 'rejecting', 'degraded', 'down', 'never_seen'] as const;
export type GatewayState = (typeof GATEWAY_STATES)[number];

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

export class FleetGatewayView {
  @ApiProperty()
  name!: string;

  @ApiProperty()
  url!: string;

  @ApiProperty({
    enum: GATEWAY_STATES,
    description:
      '`behind`, `rejecting`: a live replica is. `degraded`: only some replicas are live. `down`: none is. `never_seen`: none has ever enrolled.',
  })
  status!: GatewayState;

  @ApiProperty({ type: [ReplicaView] })
  replicas!: ReplicaView[];
}

export class FleetView extends ConfigHeadView {
  @ApiProperty({ type: [FleetGatewayView] })
  gateways!: FleetGatewayView[];
}
