import { ApiProperty } from '@nestjs/swagger';
import { ConfigHeadView } from '../config/config.dto.js';

export class HopKeysView extends ConfigHeadView {
  @ApiProperty({ type: 'integer', description: 'Generation of the hop keys that gateways now sign with' })
  generation!: number;
}

export class SigningKeysView {
  @ApiProperty({ type: 'integer' })
  epoch!: number;

  @ApiProperty({ type: 'integer' })
  revision!: number;

  @ApiProperty({ type: String })
  digest!: string;

  @ApiProperty({ type: String, description: 'Id of the key that the control plane now signs with' })
  activeKid!: string;
}
