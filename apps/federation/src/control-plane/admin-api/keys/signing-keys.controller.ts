import { Post } from '@nestjs/common';
import { Actor } from '../auth/actor.decorator.js';
import type { AdminActor } from '../auth/admin-request.js';
import { ADMINISTRATORS } from '../auth/required-role.decorator.js';
import { Operation } from '../crud/operation.decorator.js';
import { ReadOnlyResource } from '../crud/resource.decorator.js';
import { SigningKeysView } from './keys.dto.js';
import { SigningKeyRotation } from '../../keys/signing-key-rotation.service.js';

@ReadOnlyResource('signing-keys')
export class SigningKeysController {
  constructor(private readonly rotation: SigningKeyRotation) {}

  @Post('rotate')
  @Operation({
    summary: 'Starts signing with the next key and announces another one',
    roles: ADMINISTRATORS,
    action: 'signing-key.rotate',
    answer: SigningKeysView,
    problems: ['restore-pending'],
  })
  rotate(@Actor() { actor }: AdminActor): Promise<SigningKeysView> {
    return this.rotation.rotate(actor);
  }
}
