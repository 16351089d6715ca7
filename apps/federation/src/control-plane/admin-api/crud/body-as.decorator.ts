import { Body, Query, type Type } from '@nestjs/common';

const PARAMETER_TYPES = 'design:paramtypes';

/**
 * A body whose class only the resource knows. It replaces the type that TypeScript emitted for the parameter, so that
 * validation and the OpenAPI document see the class as if it stood there.
 */
export const BodyAs = (type: Type<object>): ParameterDecorator => as(type, Body());

/** The same for a query. */
export const QueryAs = (type: Type<object>): ParameterDecorator => as(type, Query());

const as =
  (type: Type<object>, decorate: ParameterDecorator): ParameterDecorator =>
  (target, method, index) => {
    decorate(target, method, index);
    const emitted = Reflect.getMetadata(PARAMETER_TYPES, target, method as string) as unknown[];
    Reflect.defineMetadata(PARAMETER_TYPES, emitted.with(index, type), target, method as string);
  };
