import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from '../crud/page.js';

export class ConfigHeadView {
  @ApiProperty({ type: 'integer' })
  epoch!: number;

  @ApiProperty({ type: 'integer' })
  revision!: number;

  @ApiProperty({ description: 'Digest of the snapshot; every gateway should report the same one' })
  digest!: string;
}

export class HistoryEntryView {
  @ApiProperty({ type: 'integer' })
  revision!: number;

  @ApiProperty({ type: String, format: 'date-time' })
  timestamp!: string;

  @ApiProperty()
  user!: string;

  @ApiProperty({ example: 'policy.create' })
  action!: string;

  @ApiProperty({ example: 'policies/finance-calendar' })
  resource!: string;

  @ApiProperty()
  digest!: string;
}

export class HistoryPage extends PageOf(HistoryEntryView) {}
