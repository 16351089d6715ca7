import { explainAccess } from '#libs/auth';
import { Body, Post } from '@nestjs/common';
import { READERS } from '../auth/required-role.decorator.js';
import { Operation } from '../crud/operation.decorator.js';
import { ReadOnlyResource } from '../crud/resource.decorator.js';
import { InjectEntityManager } from '@nestjs/typeorm';
import { EntityManager } from 'typeorm';
import { ConfigView } from './config-view.service.js';
import { ExplainBody, ExplainView } from './explain.dto.js';
import { nearMisses } from './near-misses.js';

@ReadOnlyResource('access')
export class AccessController {
  constructor(
    private readonly config: ConfigView,
    @InjectEntityManager() private readonly manager: EntityManager,
  ) {}

  @Post('explain')
  @Operation({
    summary: 'Explains what both gateways would decide, and by which policy',
    roles: READERS,
    action: null,
    answer: ExplainView,
    problems: ['unparseable', 'validation', 'config-invalid'],
  })
  async explain(@Body() body: ExplainBody) {
    const explained = explainAccess(await this.config.current(), body);
    return { ...explained, nearMisses: await nearMisses(this.manager, body) };
  }
}
