import { Post } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ActingAs } from '../access/acting.decorator.js';
import type { Acting } from '../access/admin-request.js';
import { ADMINISTRATORS } from '../access/required-role.decorator.js';
import { Operation } from '../admin-api/http/operation.decorator.js';
import { Resource } from '../admin-api/http/resource.decorator.js';
import { SigningKeyRotation } from './signing-key-rotation.service.js';

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

@Resource('signing-keys')
export class SigningKeysController {
  constructor(private readonly rotation: SigningKeyRotation) {}

  @Post('rotate')
  @Operation({
    summary: 'Signs with the next key from now on and announces another one',
    roles: ADMINISTRATORS,
    action: 'signing-key.rotate',
    answer: SigningKeysView,
    problems: ['restore-pending'],
  })
  rotate(@ActingAs() { actor }: Acting): Promise<SigningKeysView> {
    return this.rotation.rotate(actor);
  }
}
