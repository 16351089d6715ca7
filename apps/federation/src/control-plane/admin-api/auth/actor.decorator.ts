import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AdminRequest } from './admin-request.js';

/** Injects the {@link AdminActor} that the guard has authenticated. */
export const Actor = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { actor } = context.switchToHttp().getRequest<AdminRequest>();
  if (actor === undefined) throw new Error('The route was reached without the admin guard');
  return actor;
});
