import type { IncomingMessage } from 'node:http';
import type { CallHandler } from '@nestjs/common';
import { EMPTY } from 'rxjs';
import type { HttpContext } from '#libs/request';

/** What an interceptor hands over to: the pipeline itself takes the request on. */
export const NOTHING_MORE: CallHandler = { handle: () => EMPTY };

/** What guards and interceptors see of a request that does not go through Nest's router. */
export class PassageContext implements HttpContext {
  constructor(private readonly raw: IncomingMessage) {}

  switchToHttp(): this {
    return this;
  }

  getRequest(): { readonly raw: IncomingMessage } {
    return { raw: this.raw };
  }
}
