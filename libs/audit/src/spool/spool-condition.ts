import { Logger } from '@nestjs/common';

/** Whether the spool takes records. Says so in the log when that changes, and not for each record. */
export class SpoolCondition {
  private readonly logger = new Logger('AuditSpool');
  private refuses = false;
  private loses = false;

  /** Requests that are to be forwarded are refused. */
  get isRefusing(): boolean {
    return this.refuses;
  }

  refused(cause: unknown): void {
    if (!this.refuses) {
      this.logger.error(
        `Requests are refused, since their audit records cannot be written: ${String(cause)}`,
      );
    }
    this.refuses = true;
  }

  /** Something could not be kept, but no request depends on it. */
  failed(what: string, error: unknown): void {
    if (!this.loses) this.logger.error(`${what}: ${String(error)}`);
    this.loses = true;
  }

  recovered(): void {
    if (this.refuses || this.loses) this.logger.log('The audit spool takes records again');
    this.refuses = false;
    this.loses = false;
  }
}
