import { Body, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ActingAs } from '../../access/acting.decorator.js';
import type { Acting } from '../../access/admin-request.js';
import { OPERATORS, READERS } from '../../access/required-role.decorator.js';
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
  create(@ActingAs() acting: Acting, @Body() body: NewGatewayBody) {
    return this.gateways.create(acting, body);
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
    @ActingAs() acting: Acting,
    @Param('name') name: string,
    @ReadRevision() revision: number | null,
    @Body() body: GatewayBody,
  ) {
    return this.gateways.replace(acting, name, revision, body);
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
    @ActingAs() acting: Acting,
    @Param('name') name: string,
    @OptionalRevision() revision: number | null,
    @Query() { waitMs }: WaitQuery,
  ) {
    return this.receipts.follow(await this.gateways.delete(acting, name, revision), waitMs);
  }
}
