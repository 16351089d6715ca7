import { applyDecorators, Controller } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

/** A controller below `/internal/v1`, left out of the admin API's document. The replica guard protects all of its routes. */
export const ReplicaRoutes = (path = '') =>
  applyDecorators(ApiExcludeController(), Controller(path === '' ? 'internal/v1' : `internal/v1/${path}`));
