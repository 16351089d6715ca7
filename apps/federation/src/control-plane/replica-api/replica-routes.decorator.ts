import { applyDecorators, Controller } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

/** A controller below `/internal/v1`. The replica guard stands before all of its routes; the admin API's document omits them. */
export const ReplicaRoutes = (path = '') =>
  applyDecorators(ApiExcludeController(), Controller(path === '' ? 'internal/v1' : `internal/v1/${path}`));
