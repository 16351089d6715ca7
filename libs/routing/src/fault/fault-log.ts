import { Injectable, Logger } from '@nestjs/common';
import type { GatewayError } from '#libs/contract';
import { errorText } from './error-text.js';

/** Says in the log how a next hop has failed: the catalogue says only what. */
@Injectable()
export class FaultLog {
  private readonly logger = new Logger('RequestPath');

  /** One line for a fault of a next hop, and none for any other. To be called once for each request that has failed. */
  report(fault: GatewayError, requestId: string): void {
    if (!fault.spec.isLogged) return;
    const how = faultDetail(fault) ?? 'no detail';
    this.logger.warn(`Request ${requestId}: ${fault.reason} at ${fault.context.leg}: ${how}`);
  }
}

/** How a request failed, for whoever runs the gateway; null if nothing more is known than the reason. */
export const faultDetail = ({ context: { cause, detail } }: GatewayError): string | null =>
  cause instanceof Error ? errorText(cause) : (detail ?? null);
