import { Injectable, type CallHandler, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { AUTHORIZED } from '#libs/auth';
import { passageOf, type HttpContext } from '#libs/request';
import { ROUTED, Routing } from './routing.js';

/** Nest's face of the stage {@link Routing}. */
@Injectable()
export class RoutingInterceptor implements NestInterceptor {
  constructor(private readonly routing: Routing) {}

  intercept(context: HttpContext, next: CallHandler): Observable<unknown> {
    const passage = passageOf(context);
    passage.keep(ROUTED, this.routing.route(passage.after(AUTHORIZED), passage.log));
    return next.handle();
  }
}
