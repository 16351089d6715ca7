import type { LoggerService, LogLevel } from '@nestjs/common';
import pino, { type DestinationStream, type Logger } from 'pino';
import { redact, redactText } from './redaction.js';

const PINO_LEVEL = {
  verbose: 'trace',
  debug: 'debug',
  log: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'fatal',
} as const satisfies Record<LogLevel, string>;

type Severity = (typeof PINO_LEVEL)[LogLevel];

/** Contexts in which Nest itself logs, some seventy times at each start, which modules and routes there are. */
const OF_FRAMEWORK = new Set<unknown>([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'NestMicroservice',
  'RouterExplorer',
  'RoutesResolver',
]);

/** The context in which Nest reports a failed start. The program reports it as well, in fewer words. */
const FAILED_START = 'ExceptionHandler';

/** Stack traces as Nest passes them: "Error: …" followed by its frames. */
const STACK = /\n\s+at /;

/** Nest's logger for both roles: one JSON line per entry, without secrets, control characters escaped. */
export class StructuredLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...details: unknown[]): void {
    const level = OF_FRAMEWORK.has(details.at(-1)) ? PINO_LEVEL.debug : PINO_LEVEL.log;
    this.write(level, message, details);
  }

  warn(message: unknown, ...details: unknown[]): void {
    this.write(PINO_LEVEL.warn, message, details);
  }

  error(message: unknown, ...details: unknown[]): void {
    const level = details.at(-1) === FAILED_START ? PINO_LEVEL.debug : PINO_LEVEL.error;
    this.write(level, message, details);
  }

  fatal(message: unknown, ...details: unknown[]): void {
    this.write(PINO_LEVEL.fatal, message, details);
  }

  debug(message: unknown, ...details: unknown[]): void {
    this.write(PINO_LEVEL.debug, message, details);
  }

  verbose(message: unknown, ...details: unknown[]): void {
    this.write(PINO_LEVEL.verbose, message, details);
  }

  /** Nest passes the context as the last detail, and for errors the stack before it. */
  private write(severity: Severity, message: unknown, details: unknown[]): void {
    if (!this.logger.isLevelEnabled(severity)) return;
    const context =
      typeof details.at(-1) === 'string' && !isStack(details.at(-1)) ? details.at(-1) : undefined;
    const rest = (context === undefined ? details : details.slice(0, -1)).filter((d) => d !== undefined);
    const stack = rest.find(isStack);
    const others = rest.filter((detail) => detail !== stack);
    this.logger[severity](
      {
        ...(context !== undefined && { context: redact(context) }),
        ...(typeof message !== 'string' && { data: redact(message) }),
        ...(stack !== undefined && { stack: redact(stack) }),
        ...(others.length > 0 && { details: redact(others) }),
      },
      typeof message === 'string' ? redactText(message) : textOf(message),
    );
  }
}

const isStack = (detail: unknown): boolean => typeof detail === 'string' && STACK.test(detail);
const textOf = (message: unknown): string => (message instanceof Error ? redactText(message.message) : '');

/**
 * @param level least severe level that is written: debug, info, warn or error.
 * @param destination standard output unless given. Written synchronously, so that the last lines of a process are kept.
 */
export function createLogger(
  level: string,
  destination: DestinationStream = pino.destination({ dest: 1, sync: true }),
): StructuredLogger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: named },
  };
  return new StructuredLogger(pino(options, destination));
}

const named = (level: string): { level: string } => ({ level });
