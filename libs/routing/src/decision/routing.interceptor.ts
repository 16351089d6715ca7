import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Observable } from 'rxjs';
import { exchangeOf, OWN_GATEWAY, type Exchange, type OwnGateway, type Route } from '#libs/auth';
import { GatewayFault } from '#libs/contract';
import { decideRoute } from './decide-route.js';

/** Decides where the request goes and puts that into the exchange. */
@Injectable()
export class RoutingInterceptor implements NestInterceptor {
  constructor(@Inject(OWN_GATEWAY) private readonly own: OwnGateway) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const exchange = exchangeOf(context);
    exchange.route = this.routeOf(exchange);
    return next.handle();
  }

  private routeOf(exchange: Exchange): Route {
    const server = exchange.snapshot?.server(exchange.server);
    if (exchange.snapshot === null || server === undefined) throw new GatewayFault('access_denied');
    const route = decideRoute(exchange.snapshot, this.own.name, server, exchange.hop !== null);
    if (route.kind !== 'reject') return route;
    const handler = server.handlers[0]?.gateway ?? 'none';
    throw new GatewayFault(route.reason, { peer: handler, hop: `${this.own.name}->${handler}` });
  }
}
