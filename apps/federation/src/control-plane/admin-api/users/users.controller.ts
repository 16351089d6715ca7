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
  create(@ActingAs() acting: Acting, @Body() body: NewUserBody) {
    return this.users.create(acting, body);
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
    @ActingAs() acting: Acting,
    @Param('name') name: string,
    @ReadRevision() revision: number | null,
    @Body() body: UserBody,
  ) {
    return this.users.replace(acting, name, revision, body);
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
    @ActingAs() acting: Acting,
    @Param('name') name: string,
    @OptionalRevision() revision: number | null,
    @Query() { waitMs }: WaitQuery,
  ) {
    return this.receipts.follow(await this.users.delete(acting, name, revision), waitMs);
  }
}
