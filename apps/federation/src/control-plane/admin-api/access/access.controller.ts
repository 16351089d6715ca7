import { explainAccess } from '#libs/auth';
import { Body, Post } from '@nestjs/common';
import { READERS } from '../../access/required-role.decorator.js';
import { Operation } from '../http/operation.decorator.js';
import { View } from '../http/resource.decorator.js';
import { ConfigView } from './config-view.service.js';
import { ExplainBody, ExplainView } from './explain.dto.js';

@View('access')
export class AccessController {
  constructor(private readonly config: ConfigView) {}

  @Post('explain')
  @Operation({
    summary: 'Tells what both gateways would decide, and by which policy',
    roles: READERS,
    action: null,
    answer: ExplainView,
    problems: ['unparseable', 'validation', 'config-invalid'],
  })
  async explain(@Body() body: ExplainBody) {
    return explainAccess(await this.config.current(), body);
  }
}
