export const READINESS = Symbol('Readiness');
export const EXTRA_METRICS = Symbol('ExtraMetrics');
