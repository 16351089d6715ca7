import { Body, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ActingAs } from '../../access/acting.decorator.js';
import type { Acting } from '../../access/admin-request.js';
import { ADMINISTRATORS, READERS } from '../../access/required-role.decorator.js';
import { ChangeReceipts } from '../http/change-receipts.service.js';
import { ApiIfMatch, OptionalRevision, ReadRevision } from '../http/if-match.decorator.js';
import {
  ON_CREATE,
  ON_DELETE,
  ON_LIST,
  ON_READ,
  ON_REPLACE,
  Operation,
} from '../http/operation.decorator.js';
import { PageQuery } from '../http/page.js';
import { ReceiptView, WaitQuery } from '../http/receipt.view.js';
import { Resource } from '../http/resource.decorator.js';
import { PolicyBody, NewPolicyBody, PolicyPage, PolicyView } from './policy.dto.js';
import { PoliciesService } from './policies.service.js';

@Resource('policies')
export class PoliciesController {
  constructor(
    private readonly policies: PoliciesService,
    private readonly receipts: ChangeReceipts,
  ) {}

  @Get()
  @Operation({
    summary: 'Lists policies',
    roles: READERS,
    action: null,
    answer: PolicyPage,
    problems: ON_LIST,
  })
  list(@Query() page: PageQuery) {
    return this.policies.list(page);
  }

  @Post()
  @Operation({
    summary: 'Creates a policy',
    roles: ADMINISTRATORS,
    action: 'policy.create',
    status: 201,
    answer: PolicyView,
    problems: ON_CREATE,
  })
  create(@ActingAs() acting: Acting, @Body() body: NewPolicyBody) {
    return this.policies.create(acting, body);
  }

  @Get(':name')
  @Operation({
    summary: 'Reads a policy',
    roles: READERS,
    action: null,
    answer: PolicyView,
    problems: ON_READ,
  })
  get(@Param('name') name: string) {
    return this.policies.get(name);
  }

  @Put(':name')
  @ApiIfMatch(true)
  @Operation({
    summary: 'Replaces a policy',
    roles: ADMINISTRATORS,
    action: 'policy.replace',
    answer: PolicyView,
    problems: ON_REPLACE,
  })
  replace(
    @ActingAs() acting: Acting,
    @Param('name') name: string,
    @ReadRevision() revision: number | null,
    @Body() body: PolicyBody,
  ) {
    return this.policies.replace(acting, name, revision, body);
  }

  @Delete(':name')
  @ApiIfMatch(false)
  @Operation({
    summary: 'Removes a policy',
    roles: ADMINISTRATORS,
    action: 'policy.delete',
    answer: ReceiptView,
    problems: ON_DELETE,
  })
  async delete(
    @ActingAs() acting: Acting,
    @Param('name') name: string,
    @OptionalRevision() revision: number | null,
    @Query() { waitMs }: WaitQuery,
  ) {
    return this.receipts.follow(await this.policies.delete(acting, name, revision), waitMs);
  }
}
