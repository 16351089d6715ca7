import { Get, Query } from '@nestjs/common';
import { READERS } from '../auth/required-role.decorator.js';
import { ON_LIST, Operation } from '../crud/operation.decorator.js';
import { ReadOnlyResource } from '../crud/resource.decorator.js';
import { AuditPage, AuditQuery } from './audit.dto.js';
import { AuditService } from './audit.service.js';

@ReadOnlyResource('audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @Operation({
    summary: 'Lists audit records, newest first',
    roles: READERS,
    action: null,
    answer: AuditPage,
    problems: ON_LIST,
  })
  list(@Query() query: AuditQuery) {
    return this.audit.list(query);
  }
}
