import { Post } from '@nestjs/common';
import { Actor } from '../auth/actor.decorator.js';
import type { AdminActor } from '../auth/admin-request.js';
import { ADMINISTRATORS } from '../auth/required-role.decorator.js';
import { Operation } from '../crud/operation.decorator.js';
import { ReadOnlyResource } from '../crud/resource.decorator.js';
import { HopKeyRotation } from '../../keys/hop-key-rotation.service.js';
import { HopKeysView } from './keys.dto.js';

@ReadOnlyResource('hop-keys')
export class HopKeysController {
  constructor(private readonly rotation: HopKeyRotation) {}

  @Post('rotate')
  @Operation({
    summary: 'Starts a new generation of hop keys',
    roles: ADMINISTRATORS,
    action: 'hop-keys.rotate',
    answer: HopKeysView,
    problems: ['restore-pending'],
  })
  rotate(@Actor() actor: AdminActor): Promise<HopKeysView> {
    return this.rotation.rotate({ ...actor, resource: 'hop-keys' });
  }
}
