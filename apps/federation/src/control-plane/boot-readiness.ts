import type { Readiness, ReadinessReport } from '../ops/readiness.js';

/** Not ready while the process still boots, which it does until the database answers. */
export class BootReadiness implements Readiness {
  private booted: Readiness | null = null;

  /** From now on `readiness` answers. */
  done(readiness: Readiness): void {
    this.booted = readiness;
  }

  check(): ReadinessReport | Promise<ReadinessReport> {
    return this.booted?.check() ?? { ready: false, reasons: ['waiting for the database'] };
  }
}
