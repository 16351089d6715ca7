import { Get } from '@nestjs/common';
import { READERS } from '../auth/required-role.decorator.js';
import { Operation } from '../crud/operation.decorator.js';
import { ReadOnlyResource } from '../crud/resource.decorator.js';
import { FleetView } from './fleet.dto.js';
import { FleetService } from './fleet.service.js';

@ReadOnlyResource('fleet')
export class FleetController {
  constructor(private readonly fleet: FleetService) {}

  @Get()
  @Operation({
    summary: 'Shows what every gateway serves, and which are behind',
    roles: READERS,
    action: null,
    answer: FleetView,
  })
  get() {
    return this.fleet.fleet();
  }
}
