import { applyDecorators, Controller, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ResourceHeaders } from './resource-headers.interceptor.js';

/** A controller of the admin API: its path below `/api/v1`. */
export const Resource = (path: string, tag = path) =>
  applyDecorators(Controller(`api/v1/${path}`), ApiTags(tag), UseInterceptors(ResourceHeaders));
