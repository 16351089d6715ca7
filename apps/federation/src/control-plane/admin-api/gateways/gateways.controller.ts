import { Body, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { Actor } from '../auth/actor.decorator.js';
import type { AdminActor } from '../auth/admin-request.js';
import { OPERATORS, READERS } from '../auth/required-role.decorator.js';
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
import { GatewayBody, NewGatewayBody, GatewayPage, GatewayView, NewGatewayView } from './gateway.dto.js';
import { GatewaysService } from './gateways.service.js';

@Resource('gateways')
export class GatewaysController {
  constructor(
    private readonly gateways: GatewaysService,
    private readonly receipts: ChangeReceipts,
  ) {}

  @Get()
  @Operation({
    summary: 'Lists gateways',
    roles: READERS,
    action: null,
    answer: GatewayPage,
    problems: ON_LIST,
  })
  list(@Query() page: PageQuery) {
    return this.gateways.list(page);
  }

  @Post()
  @Operation({
    summary: 'Creates a gateway',
    roles: OPERATORS,
    action: 'gateway.create',
    status: 201,
    answer: NewGatewayView,
    problems: ON_CREATE,
  })
  create(@Actor() actor: AdminActor, @Body() body: NewGatewayBody) {
    return this.gateways.create(actor, body);
  }

  @Get(':name')
  @Operation({
    summary: 'Reads a gateway',
    roles: READERS,
    action: null,
    answer: GatewayView,
    problems: ON_READ,
  })
  get(@Param('name') name: string) {
    return this.gateways.get(name);
  }

  @Put(':name')
  @ApiIfMatch(true)
  @Operation({
    summary: 'Replaces a gateway',
    roles: OPERATORS,
    action: 'gateway.replace',
    answer: GatewayView,
    problems: ON_REPLACE,
  })
  replace(
    @Actor() actor: AdminActor,
    @Param('name') name: string,
    @ReadRevision() revision: number | null,
    @Body() body: GatewayBody,
  ) {
    return this.gateways.replace(actor, name, revision, body);
  }

  @Delete(':name')
  @ApiIfMatch(false)
  @Operation({
    summary: 'Removes a gateway',
    roles: OPERATORS,
    action: 'gateway.delete',
    answer: ReceiptView,
    problems: [...ON_DELETE, 'in-use'],
  })
  async delete(
    @Actor() actor: AdminActor,
    @Param('name') name: string,
    @OptionalRevision() revision: number | null,
    @Query() { waitMs }: WaitQuery,
  ) {
    return this.receipts.follow(await this.gateways.delete(actor, name, revision), waitMs);
  }
}
