const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** True for an RFC 3339 time. `Date.parse` alone takes more, such as any text in brackets. */
export const isTime = (value: unknown): value is string =>
  typeof value === 'string' && RFC_3339.test(value) && !Number.isNaN(Date.parse(value));

/** True for an RFC 3339 time in UTC. */
export const isUtcTime = (value: unknown): value is string => isTime(value) && value.endsWith('Z');
