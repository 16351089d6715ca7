import { Get, Query } from '@nestjs/common';
import { READERS } from '../../access/required-role.decorator.js';
import { ON_LIST, Operation } from '../http/operation.decorator.js';
import { View } from '../http/resource.decorator.js';
import { AuditPage, AuditQuery } from './audit.dto.js';
import { AuditService } from './audit.service.js';

@View('audit')
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
