import type { IncomingMessage } from 'node:http';
import {
  Catch,
  Controller,
  Delete,
  Get,
  Module,
  Post,
  Req,
  Res,
  type ArgumentsHost,
  type DynamicModule,
  type ExceptionFilter,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthenticateGuard, AuthorizeGuard } from '#libs/auth';
import { GatewayError } from '#libs/contract';
import { passageOfRequest } from '#libs/request';
import { Forwarding, RoutingInterceptor } from '#libs/routing';
import { RequestAccounting } from '../../../apps/federation/src/gateway/accounting/request-accounting.js';
import { Admission } from '../../../apps/federation/src/gateway/endpoint/admission/admission.js';
import type { AgentHttpResponse } from '../../../apps/federation/src/gateway/endpoint/agent-connection.js';
import { ReadGuard } from '../../../apps/federation/src/gateway/endpoint/body/reading.js';
import { FaultResponder } from '../../../apps/federation/src/gateway/endpoint/faults/fault-responder.js';
import type { RequestPath } from '../../../apps/federation/src/gateway/endpoint/http-server.js';

/** The last stage as a Nest handler: what is left to do when guards and interceptor have let a request pass. */
@Controller('api/llm/mcp/:server/server')
class McpController {
  constructor(private readonly modules: ModuleRef) {}

  @Post()
  post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.forward(request, reply);
  }

  @Get()
  get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.forward(request, reply);
  }

  @Delete()
  delete(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.forward(request, reply);
  }

  private forward(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    reply.hijack();
    const passage = passageOfRequest(request.raw);
    if (passage === undefined) throw new GatewayError('stage_skipped', { detail: 'admission' });
    const accounting = this.modules.get(RequestAccounting, { strict: false });
    return this.modules.get(Forwarding, { strict: false }).forward(passage, () => accounting.intend(passage));
  }
}

@Catch()
class FaultFilter implements ExceptionFilter {
  constructor(private readonly faults: FaultResponder) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    reply.hijack();
    this.faults.respond(http.getRequest<FastifyRequest>().raw, reply.raw as AgentHttpResponse, error);
  }
}

@Module({})
class UnderNest {}

/** The gateway with a route of Nest's own for the MCP endpoints. */
export const withNestRoute = (gateway: DynamicModule): DynamicModule => ({
  module: UnderNest,
  imports: [gateway],
  controllers: [McpController],
});

/** The request path under Nest's own router: the same guards and the same interceptor, called by Nest. */
export function nestPath(app: NestFastifyApplication): RequestPath {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.useGlobalGuards(app.get(AuthenticateGuard), app.get(ReadGuard), app.get(AuthorizeGuard));
  app.useGlobalInterceptors(app.get(RoutingInterceptor));
  app.useGlobalFilters(new FaultFilter(app.get(FaultResponder)));
  const admission = app.get(Admission);
  return {
    run: (request: IncomingMessage, response: AgentHttpResponse): Promise<void> => {
      if (admission.admit(request, response) !== null) fastify.routing(request, response);
      return Promise.resolve();
    },
  };
}
