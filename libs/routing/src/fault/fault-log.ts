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
    const { leg, cause, detail } = fault.context;
    const how = cause instanceof Error ? errorText(cause) : (detail ?? 'no detail');
    this.logger.warn(`Request ${requestId}: ${fault.reason} at ${leg}: ${how}`);
  }
}
