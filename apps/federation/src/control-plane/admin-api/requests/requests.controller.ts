import { Get, Param } from '@nestjs/common';
import { READERS } from '../auth/required-role.decorator.js';
import { AuditRecordView } from '../audit/audit.dto.js';
import { AuditService } from '../audit/audit.service.js';
import { ON_READ, Operation } from '../crud/operation.decorator.js';
import { ReadOnlyResource } from '../crud/resource.decorator.js';

@ReadOnlyResource('requests')
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
