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
import { GroupBody, NewGroupBody, GroupPage, GroupView } from './group.dto.js';
import { GroupsService } from './groups.service.js';

@Resource('groups')
export class GroupsController {
  constructor(
    private readonly groups: GroupsService,
    private readonly receipts: ChangeReceipts,
  ) {}

  @Get()
  @Operation({ summary: 'Lists groups', roles: READERS, action: null, answer: GroupPage, problems: ON_LIST })
  list(@Query() page: PageQuery) {
    return this.groups.list(page);
  }

  @Post()
  @Operation({
    summary: 'Creates a group',
    roles: ADMINISTRATORS,
    action: 'group.create',
    status: 201,
    answer: GroupView,
    problems: ON_CREATE,
  })
  create(@Actor() actor: AdminActor, @Body() body: NewGroupBody) {
    return this.groups.create(actor, body);
  }

  @Get(':name')
  @Operation({ summary: 'Reads a group', roles: READERS, action: null, answer: GroupView, problems: ON_READ })
  get(@Param('name') name: string) {
    return this.groups.get(name);
  }

  @Put(':name')
  @ApiIfMatch(true)
  @Operation({
    summary: 'Replaces a group',
    roles: ADMINISTRATORS,
    action: 'group.replace',
    answer: GroupView,
    problems: ON_REPLACE,
  })
  replace(
    @Actor() actor: AdminActor,
    @Param('name') name: string,
    @ReadRevision() revision: number | null,
    @Body() body: GroupBody,
  ) {
    return this.groups.replace(actor, name, revision, body);
  }

  @Delete(':name')
  @ApiIfMatch(false)
  @Operation({
    summary: 'Removes a group',
    roles: ADMINISTRATORS,
    action: 'group.delete',
    answer: ReceiptView,
    problems: ON_DELETE,
  })
  async delete(
    @Actor() actor: AdminActor,
    @Param('name') name: string,
    @OptionalRevision() revision: number | null,
    @Query() { waitMs }: WaitQuery,
  ) {
    return this.receipts.follow(await this.groups.delete(actor, name, revision), waitMs);
  }
}
