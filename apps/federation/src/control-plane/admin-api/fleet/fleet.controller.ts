import { Get } from '@nestjs/common';
import { READERS } from '../../access/required-role.decorator.js';
import { Operation } from '../http/operation.decorator.js';
import { View } from '../http/resource.decorator.js';
import { FleetView } from './fleet.dto.js';
import { FleetService } from './fleet.service.js';

@View('fleet')
export class FleetController {
  constructor(private readonly fleet: FleetService) {}

  @Get()
  @Operation({
    summary: 'Shows what every gateway serves, and who is behind',
    roles: READERS,
    action: null,
    answer: FleetView,
  })
  get() {
    return this.fleet.fleet();
  }
}
