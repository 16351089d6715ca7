import { Injectable, type CanActivate } from '@nestjs/common';
import { AUTHENTICATED, passageOf, READ, type HttpContext } from '#libs/request';
import { Reading } from './reading.js';

/** Nest's face of the stage {@link Reading}. */
@Injectable()
export class ReadGuard implements CanActivate {
  constructor(private readonly reading: Reading) {}

  canActivate(context: HttpContext): true | Promise<true> {
    const passage = passageOf(context);
    return passage.settle(READ, this.reading.read(passage.after(AUTHENTICATED), passage.log));
  }
}
