import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AdminRequest } from './admin-request.js';

/** Injects the {@link Acting} that the guard has established. */
export const ActingAs = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { acting } = context.switchToHttp().getRequest<AdminRequest>();
  if (acting === undefined) throw new Error('The route was reached without the admin guard');
  return acting;
});
