import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { tap, type Observable } from 'rxjs';

interface Resource {
  name?: string;
  id?: string;
  revision?: number;
}

/** Tag of resources without a revision: join tokens, which never change. */
const UNCHANGING = 1;

/** Adds `ETag` to the answer of a resource, and `Location` if it is new. */
@Injectable()
export class ResourceHeaders implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(tap((body) => addHeaders(request, reply, body as Resource)));
  }
}

function addHeaders(request: FastifyRequest, reply: FastifyReply, resource: Resource): void {
  const key = resource.id ?? resource.name;
  if (request.method === 'DELETE' || key === undefined) return;
  void reply.header('etag', `"${resource.revision ?? UNCHANGING}"`);
  if (reply.statusCode !== 201) return;
  const path = (request.url.split('?')[0] ?? '').replace(/\/$/, '');
  void reply.header('location', `${path}/${encodeURIComponent(key)}`);
}
