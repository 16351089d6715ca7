import { applyDecorators, Controller, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ResourceHeaders } from './resource-headers.interceptor.js';

/** A controller of something that is shown, started or removed, but not written by its client. @param path Below `/api/v1`. */
export const ReadOnlyResource = (path: string, tag = path) =>
  applyDecorators(Controller(`api/v1/${path}`), ApiTags(tag));

/** A controller of something that is created and changed. @param path Below `/api/v1`. */
export const Resource = (path: string, tag = path) =>
  applyDecorators(Controller(`api/v1/${path}`), ApiTags(tag), UseInterceptors(ResourceHeaders));
