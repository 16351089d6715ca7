import { ApiProperty } from '@nestjs/swagger';
import { ConfigHeadView } from '../config/config.dto.js';
import { ReplicaView } from '../replicas/replica.dto.js';

export const GATEWAY_STATES = ['ok', 'behind', 'rejecting', 'degraded', 'down', 'never_seen'] as const;
export type GatewayState = (typeof GATEWAY_STATES)[number];

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
