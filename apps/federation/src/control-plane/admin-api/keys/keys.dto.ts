import { ApiProperty } from '@nestjs/swagger';
import { ConfigHeadView } from '../config/config.dto.js';

export class HopKeysView extends ConfigHeadView {
  @ApiProperty({ type: 'integer', description: 'Generation of the hop keys that is now signed with' })
  generation!: number;
}

export class SigningKeysView {
  @ApiProperty({ type: 'integer' })
  epoch!: number;

  @ApiProperty({ type: 'integer' })
  revision!: number;

  @ApiProperty({ type: String })
  digest!: string;

  @ApiProperty({ type: String, description: 'Id of the key that is now signed with' })
  activeKid!: string;
}
