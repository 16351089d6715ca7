import { Get, Post, Query } from '@nestjs/common';
import { Actor } from '../auth/actor.decorator.js';
import type { AdminActor } from '../auth/admin-request.js';
import { ADMINISTRATORS, READERS } from '../auth/required-role.decorator.js';
import { ON_LIST, Operation } from '../crud/operation.decorator.js';
import { PageQuery } from '../crud/page.js';
import { ReadOnlyResource } from '../crud/resource.decorator.js';
import { ConfigHeadView, HistoryPage } from './config.dto.js';
import { ConfigService } from './config.service.js';

@ReadOnlyResource('config')
export class ConfigController {
  constructor(private readonly config: ConfigService) {}

  @Get()
  @Operation({
    summary: 'Reads the newest revision',
    roles: READERS,
    action: null,
    answer: ConfigHeadView,
  })
  head() {
    return this.config.head();
  }

  @Get('history')
  @Operation({
    summary: 'Lists all changes, newest first',
    roles: READERS,
    action: null,
    answer: HistoryPage,
    problems: ON_LIST,
  })
  history(@Query() page: PageQuery) {
    return this.config.history(page);
  }

  @Post('restore-ack')
  @Operation({
    summary: 'Accepts a restored backup: begins a new epoch, which gateways then follow',
    roles: ADMINISTRATORS,
    action: 'config.restore-ack',
    answer: ConfigHeadView,
    problems: ['no-restore-pending'],
  })
  acknowledgeRestore(@Actor() actor: AdminActor) {
    return this.config.acknowledgeRestore(actor);
  }
}
