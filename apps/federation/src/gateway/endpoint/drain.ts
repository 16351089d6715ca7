import { Injectable } from '@nestjs/common';

/** Requests that are being served, and whether this process is about to end. */
@Injectable()
export class Drain {
  private draining = false;
  private inFlight = 0;
  private idle: () => void = () => undefined;

  /** True: connections are not kept alive any more, so that clients move on to another replica. */
  get isDraining(): boolean {
    return this.draining;
  }

  begin(): void {
    this.draining = true;
  }

  entered(): void {
    this.inFlight++;
  }

  left(): void {
    this.inFlight--;
    if (this.inFlight === 0) this.idle();
  }

  /**
   * Resolves when no request is served any more.
   * @param timeoutMs Longest wait in milliseconds.
   */
  async whenIdle(timeoutMs: number): Promise<void> {
    if (this.inFlight === 0 || timeoutMs <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.idle = (): void => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
