import { Body, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { Actor } from '../auth/actor.decorator.js';
import type { AdminActor } from '../auth/admin-request.js';
import { ADMINISTRATORS, READERS } from '../auth/required-role.decorator.js';
import { ChangeReceipts } from '../crud/change-receipts.service.js';
import { ApiIfMatch, OptionalRevision, ReadRevision } from '../crud/if-match.decorator.js';
import {
  ON_CREATE,
  ON_DELETE,
  ON_LIST,
  ON_READ,
  ON_REPLACE,
  Operation,
} from '../crud/operation.decorator.js';
import { PageQuery } from '../crud/page.js';
import { ReceiptView, WaitQuery } from '../crud/receipt.view.js';
import { Resource } from '../crud/resource.decorator.js';
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
  create(@Actor() actor: AdminActor, @Body() body: NewPolicyBody) {
    return this.policies.create(actor, body);
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
    @Actor() actor: AdminActor,
    @Param('name') name: string,
    @ReadRevision() revision: number | null,
    @Body() body: PolicyBody,
  ) {
    return this.policies.replace(actor, name, revision, body);
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
    @Actor() actor: AdminActor,
    @Param('name') name: string,
    @OptionalRevision() revision: number | null,
    @Query() { waitMs }: WaitQuery,
  ) {
    return this.receipts.follow(await this.policies.delete(actor, name, revision), waitMs);
  }
}
