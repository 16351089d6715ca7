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
import { McpServerBody, NewMcpServerBody, McpServerPage, McpServerView } from './mcp-server.dto.js';
import { McpServersService } from './mcp-servers.service.js';

@Resource('mcp-servers')
export class McpServersController {
  constructor(
    private readonly servers: McpServersService,
    private readonly receipts: ChangeReceipts,
  ) {}

  @Get()
  @Operation({
    summary: 'Lists MCP servers',
    roles: READERS,
    action: null,
    answer: McpServerPage,
    problems: ON_LIST,
  })
  list(@Query() page: PageQuery) {
    return this.servers.list(page);
  }

  @Post()
  @Operation({
    summary: 'Registers an MCP server; it is not contacted',
    roles: OPERATORS,
    action: 'mcp-server.create',
    status: 201,
    answer: McpServerView,
    problems: ON_CREATE,
  })
  create(@Actor() actor: AdminActor, @Body() body: NewMcpServerBody) {
    return this.servers.create(actor, body);
  }

  @Get(':name')
  @Operation({
    summary: 'Reads an MCP server',
    roles: READERS,
    action: null,
    answer: McpServerView,
    problems: ON_READ,
  })
  get(@Param('name') name: string) {
    return this.servers.get(name);
  }

  @Put(':name')
  @ApiIfMatch(true)
  @Operation({
    summary: 'Replaces an MCP server',
    roles: OPERATORS,
    action: 'mcp-server.replace',
    answer: McpServerView,
    problems: ON_REPLACE,
  })
  replace(
    @Actor() actor: AdminActor,
    @Param('name') name: string,
    @ReadRevision() revision: number | null,
    @Body() body: McpServerBody,
  ) {
    return this.servers.replace(actor, name, revision, body);
  }

  @Delete(':name')
  @ApiIfMatch(false)
  @Operation({
    summary: 'Removes an MCP server',
    roles: OPERATORS,
    action: 'mcp-server.delete',
    answer: ReceiptView,
    problems: ON_DELETE,
  })
  async delete(
    @Actor() actor: AdminActor,
    @Param('name') name: string,
    @OptionalRevision() revision: number | null,
    @Query() { waitMs }: WaitQuery,
  ) {
    return this.receipts.follow(await this.servers.delete(actor, name, revision), waitMs);
  }
}
