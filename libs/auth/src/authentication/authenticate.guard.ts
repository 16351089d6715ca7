import { Injectable, type CanActivate } from '@nestjs/common';
import { AUTHENTICATED, passageOf, type HttpContext } from '#libs/request';
import { Authentication } from './authentication.js';

/** Nest's face of the stage {@link Authentication}. */
@Injectable()
export class AuthenticateGuard implements CanActivate {
  constructor(private readonly authentication: Authentication) {}

  canActivate(context: HttpContext): true | Promise<true> {
    const passage = passageOf(context);
    return passage.settle(AUTHENTICATED, this.authentication.authenticate(passage.request, passage.log));
  }
}
