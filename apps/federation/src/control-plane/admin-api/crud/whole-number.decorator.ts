import { Transform } from 'class-transformer';

const DIGITS = /^-?\d+$/;

/** Reads the number of a query parameter; whatever is none stays as it was written, so that its refusal can show it. */
export const WholeNumber = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && DIGITS.test(value) ? Number(value) : value,
  );
