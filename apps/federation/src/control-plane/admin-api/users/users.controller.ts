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
import { UserBody, NewUserBody, UserPage, UserView } from './user.dto.js';
import { UsersService } from './users.service.js';

@Resource('users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly receipts: ChangeReceipts,
  ) {}

  @Get()
  @Operation({ summary: 'Lists users', roles: READERS, action: null, answer: UserPage, problems: ON_LIST })
  list(@Query() page: PageQuery) {
    return this.users.list(page);
  }

  @Post()
  @Operation({
    summary: 'Creates a user',
    roles: ADMINISTRATORS,
    action: 'user.create',
    status: 201,
    answer: UserView,
    problems: ON_CREATE,
  })
  create(@Actor() actor: AdminActor, @Body() body: NewUserBody) {
    return this.users.create(actor, body);
  }

  @Get(':name')
  @Operation({ summary: 'Reads a user', roles: READERS, action: null, answer: UserView, problems: ON_READ })
  get(@Param('name') name: string) {
    return this.users.get(name);
  }

  @Put(':name')
  @ApiIfMatch(true)
  @Operation({
    summary: 'Replaces a user',
    roles: ADMINISTRATORS,
    action: 'user.replace',
    answer: UserView,
    problems: ON_REPLACE,
  })
  replace(
    @Actor() actor: AdminActor,
    @Param('name') name: string,
    @ReadRevision() revision: number | null,
    @Body() body: UserBody,
  ) {
    return this.users.replace(actor, name, revision, body);
  }

  @Delete(':name')
  @ApiIfMatch(false)
  @Operation({
    summary: 'Removes a user',
    roles: ADMINISTRATORS,
    action: 'user.delete',
    answer: ReceiptView,
    problems: ON_DELETE,
  })
  async delete(
    @Actor() actor: AdminActor,
    @Param('name') name: string,
    @OptionalRevision() revision: number | null,
    @Query() { waitMs }: WaitQuery,
  ) {
    return this.receipts.follow(await this.users.delete(actor, name, revision), waitMs);
  }
}
