import { Injectable, type CanActivate } from '@nestjs/common';
import { passageOf, READ, type HttpContext } from '#libs/request';
import { AUTHORIZED, Authorization } from './authorization.js';

/** Nest's face of the stage {@link Authorization}. */
@Injectable()
export class AuthorizeGuard implements CanActivate {
  constructor(private readonly authorization: Authorization) {}

  canActivate(context: HttpContext): true | Promise<true> {
    const passage = passageOf(context);
    return passage.settle(AUTHORIZED, this.authorization.authorize(passage.after(READ), passage.log));
  }
}
