import { Get, Param } from '@nestjs/common';
import { READERS } from '../../access/required-role.decorator.js';
import { AuditRecordView } from '../audit/audit.dto.js';
import { AuditService } from '../audit/audit.service.js';
import { ON_READ, Operation } from '../http/operation.decorator.js';
import { View } from '../http/resource.decorator.js';

@View('requests')
export class RequestsController {
  constructor(private readonly audit: AuditService) {}

  @Get(':id')
  @Operation({
    summary: 'Reads the audit record of one request, with the time at each hop',
    roles: READERS,
    action: null,
    answer: AuditRecordView,
    problems: ON_READ,
  })
  get(@Param('id') id: string) {
    return this.audit.get(id);
  }
}
