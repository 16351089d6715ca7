import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { WholeNumber } from './whole-number.decorator.js';

const MAX_WAIT_MS = 30_000;
const ALLOWED = { message: `milliseconds, 0 to ${MAX_WAIT_MS}` };

/** How long to wait for the gateways. */
export class WaitQuery {
  @ApiProperty({ required: false, type: 'integer', default: 0, maximum: MAX_WAIT_MS })
  @IsOptional()
  @WholeNumber()
  @IsInt(ALLOWED)
  @Min(0, ALLOWED)
  @Max(MAX_WAIT_MS, ALLOWED)
  waitMs: number = 0;
}

/** How far a change has come. */
export class ReceiptView {
  @ApiProperty({ type: 'integer' })
  revision!: number;

  @ApiProperty({ type: [String], description: 'Gateways all of whose live replicas serve it' })
  applied!: string[];

  @ApiProperty({ type: [String], description: 'Every other registered gateway' })
  pending!: string[];
}
