import { Injectable, Logger } from '@nestjs/common';
import type { GatewayError } from '#libs/contract';
import { errorText } from './error-text.js';

/** How often a refusal of strangers is logged at most, milliseconds. */
const STRANGER_INTERVAL_MS = 1000;

/** Says in the log how a next hop has failed: the catalogue says only what. */
@Injectable()
export class FaultLog {
  private readonly logger = new Logger('RequestPath');
  private strangerAt = -Infinity;
  private unsaid = 0;

  /** One line for a fault of a next hop, and none for any other. To be called once for each request that has failed. */
  report(fault: GatewayError, requestId: string): void {
    if (!fault.spec.isLogged) return;
    const how = faultDetail(fault) ?? 'no detail';
    const { leg } = fault.context;
    if (leg === undefined) this.reportFromStranger(`Request ${requestId}: ${fault.reason}: ${how}`);
    else this.logger.warn(`Request ${requestId}: ${fault.reason} at ${leg}: ${how}`);
  }

  /** Anybody can send what is refused here, as often as they like; that shall not become as many lines. */
  private reportFromStranger(line: string): void {
    const now = performance.now();
    if (now - this.strangerAt < STRANGER_INTERVAL_MS) return void this.unsaid++;
    this.logger.warn(this.unsaid === 0 ? line : `${line} (and ${this.unsaid} more since the last such line)`);
    this.strangerAt = now;
    this.unsaid = 0;
  }
}

/** How a request failed, for whoever runs the gateway; null if nothing more is known than the reason. */
export const faultDetail = ({ context: { cause, detail } }: GatewayError): string | null =>
  cause instanceof Error ? errorText(cause) : (detail ?? null);
