/** The errors of the control plane's HTTP interface: problem type (`urn:causeway:problem:<kind>`), status, title. */
export const PROBLEMS = {
  unparseable: { status: 400, title: 'Request not readable' },
  unauthenticated: { status: 401, title: 'Credentials required' },
  'clock-skew': { status: 401, title: 'Signed at another time' },
  forbidden: { status: 403, title: 'Not allowed' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  duplicate: { status: 409, title: 'Already exists' },
  'in-use': { status: 409, title: 'Gateway in use' },
  'restore-pending': { status: 409, title: 'A restored backup has not been acknowledged' },
  'no-restore-pending': { status: 409, title: 'Nothing to acknowledge' },
  'url-mismatch': { status: 409, title: 'Not the registered gateway URL' },
  'request-timeout': { status: 408, title: 'Request not complete in time' },
  'precondition-failed': { status: 412, title: 'Changed since it was read' },
  'body-too-large': { status: 413, title: 'Body too large' },
  'media-type-unsupported': { status: 415, title: 'Media type not supported' },
  validation: { status: 422, title: 'Validation failed' },
  'precondition-required': { status: 428, title: 'If-Match required' },
  throttled: { status: 429, title: 'Too many wrong credentials' },
  'headers-too-large': { status: 431, title: 'Headers too large' },
  internal: { status: 500, title: 'Unexpected failure; see the log' },
  'config-invalid': { status: 500, title: 'The stored configuration is not valid' },
  'database-away': { status: 503, title: 'Database not reachable' },
  overloaded: { status: 503, title: 'Too many requests at once' },
  draining: { status: 503, title: 'Shutting down' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemKind = keyof typeof PROBLEMS;
