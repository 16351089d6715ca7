import { applyDecorators, Controller, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ResourceHeaders } from './resource-headers.interceptor.js';

/** A controller of what the admin API can only show or start: its path below `/api/v1`. */
export const ReadOnlyResource = (path: string) =>
  applyDecorators(Controller(`api/v1/${path}`), ApiTags(path));

/** A controller of what can be created and changed: its path below `/api/v1`. */
export const Resource = (path: string, tag = path) =>
  applyDecorators(Controller(`api/v1/${path}`), ApiTags(tag), UseInterceptors(ResourceHeaders));
