const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
]);
/** SQLSTATE: connection exceptions, server shutting or starting up, too many connections, lock timeout. */
const SQL_STATES = /^(?:08...|57P0[123]|53300|55P03)$/;
const PG_MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|connection timeout|client has encountered a connection error|not queryable|driver not connected/i;

/** The database did not answer in time. */
export class DatabaseAwayError extends Error {
  constructor() {
    super('The database does not answer');
  }
}

/** True if an error means that the database cannot be reached now, as opposed to a wrong statement. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof DatabaseAwayError) return true;
  const { code, driverError, errors } = error as Error & {
    code?: string;
    driverError?: unknown;
    errors?: unknown[];
  };
  if (code !== undefined && (SOCKET_CODES.has(code) || SQL_STATES.test(code))) return true;
  if (PG_MESSAGES.test(error.message)) return true;
  return isDatabaseAway(driverError) || (errors ?? []).some(isDatabaseAway);
}
