import { Controller, Delete, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { exchangeOfRequest } from '#libs/auth';
import { GatewayFault } from '#libs/contract';
import { Forwarder } from '#libs/routing';
import { Account } from './account/account.js';

/** The MCP endpoint of every server: all that is left to do after the guards is to forward. */
@Controller('api/llm/mcp/:server/server')
export class McpController {
  constructor(
    private readonly account: Account,
    private readonly forwarder: Forwarder,
  ) {}

  @Post()
  post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.relay(request, reply);
  }

  @Get()
  get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.relay(request, reply);
  }

  @Delete()
  delete(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.relay(request, reply);
  }

  private async relay(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const exchange = exchangeOfRequest(request.raw);
    if (exchange === undefined) throw new GatewayFault('route_not_found');
    reply.hijack();
    const next = this.forwarder.prepare(exchange);
    await this.account.intend(exchange);
    await this.forwarder.forward(exchange, next);
  }
}
