import { Catch, Injectable, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FaultResponder } from './fault-responder.js';

/** Whatever a stage throws ends here. */
@Injectable()
@Catch()
export class FaultFilter implements ExceptionFilter {
  constructor(private readonly faults: FaultResponder) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    reply.hijack();
    this.faults.respond(http.getRequest<FastifyRequest>().raw, reply.raw, error);
  }
}
