import type { Readiness, ReadinessReport } from './readiness.js';

/** Not ready before the public port is open, whatever the role says: until then, traffic would be refused. */
export class BootReadiness implements Readiness {
  private booted: Readiness | null = null;

  /** @param reason Why it is not ready yet. */
  constructor(private readonly reason: string) {}

  /** The public port is open: from now on `readiness` answers. */
  done(readiness: Readiness): void {
    this.booted = readiness;
  }

  check(): ReadinessReport | Promise<ReadinessReport> {
    return this.booted?.check() ?? { ready: false, reasons: [this.reason] };
  }
}
