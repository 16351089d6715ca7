import { ApiProperty } from '@nestjs/swagger';
import { IntegerQuery } from './fields.js';

const MAX_WAIT_MS = 30_000;

/** How long to wait until the gateways serve a change. */
export class WaitQuery {
  @IntegerQuery({ minimum: 0, maximum: MAX_WAIT_MS, default: 0 }, `milliseconds, 0 to ${MAX_WAIT_MS}`)
  waitMs: number = 0;
}

/** Which gateways already serve a change. */
export class ReceiptView {
  @ApiProperty({ type: 'integer' })
  revision!: number;

  @ApiProperty({ type: [String], description: 'Gateways whose live replicas all serve it' })
  applied!: string[];

  @ApiProperty({ type: [String], description: 'Every other registered gateway' })
  pending!: string[];

  @ApiProperty({
    type: [String],
    description: 'Gateways that no replica has ever enrolled for; nothing waits for them',
  })
  neverSeen!: string[];
}
