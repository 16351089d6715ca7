import { Body, type Type } from '@nestjs/common';

const PARAMETER_TYPES = 'design:paramtypes';

/**
 * A body whose class only the resource knows. It replaces the type that TypeScript emitted for the parameter, so that
 * validation and the OpenAPI document see the class as if it stood there.
 */
export const BodyAs =
  (type: Type<object>): ParameterDecorator =>
  (target, method, index) => {
    Body()(target, method, index);
    const emitted = Reflect.getMetadata(PARAMETER_TYPES, target, method as string) as unknown[];
    Reflect.defineMetadata(PARAMETER_TYPES, emitted.with(index, type), target, method as string);
  };
