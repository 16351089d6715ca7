import { Post } from '@nestjs/common';
import { ActingAs } from '../../access/acting.decorator.js';
import type { Acting } from '../../access/admin-request.js';
import { ADMINISTRATORS } from '../../access/required-role.decorator.js';
import { Operation } from '../http/operation.decorator.js';
import { View } from '../http/resource.decorator.js';
import { HopKeysView } from './config.dto.js';
import { ConfigService } from './config.service.js';

@View('hop-keys')
export class HopKeysController {
  constructor(private readonly config: ConfigService) {}

  @Post('rotate')
  @Operation({
    summary: 'Begins a new generation of hop keys',
    roles: ADMINISTRATORS,
    action: 'hop-keys.rotate',
    answer: HopKeysView,
    problems: ['restore-pending'],
  })
  rotate(@ActingAs() acting: Acting) {
    return this.config.rotateHopKeys(acting);
  }
}
