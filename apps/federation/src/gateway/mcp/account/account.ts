import { Inject, Injectable } from '@nestjs/common';
import { OWN_GATEWAY, type Exchange, type OwnGateway } from '#libs/auth';
import { AUDIT_SINK, type AuditSink } from '#libs/audit';
import { GatewayMetrics } from '../../metrics/gateway-metrics.js';
import { Drain } from '../drain.js';
import { auditPartOf } from './audit-part.js';
import { verdictOf } from './verdict.js';

/**
 * The last stage, registered first: accounts for each exchange exactly once, when its raw response closes. Interceptors
 * and Fastify's own hooks miss denials of guards and aborted responses.
 */
@Injectable()
export class Account {
  constructor(
    @Inject(AUDIT_SINK) private readonly audit: AuditSink,
    private readonly metrics: GatewayMetrics,
    @Inject(OWN_GATEWAY) private readonly own: OwnGateway,
    private readonly drain: Drain,
  ) {}

  watch(exchange: Exchange): void {
    this.drain.entered();
    exchange.response.once('close', () => {
      this.close(exchange);
      this.drain.left();
    });
  }

  /**
   * To be called before anything of the request leaves this gateway.
   * @throws GatewayFault `audit_unavailable`; then it must not leave.
   */
  intend(exchange: Exchange): void {
    const part = auditPartOf(exchange, this.own, null);
    this.audit.recordIntent(part);
    exchange.intent = part;
  }

  private close(exchange: Exchange): void {
    const part = auditPartOf(exchange, this.own, verdictOf(exchange, this.own.label));
    // Before it has enrolled, a replica can name no gateway that the record would belong to.
    if (exchange.audited && this.own.name !== null) this.audit.recordOutcome(part);
    const isSent = exchange.route?.kind === 'hop' && exchange.timings.forwarded !== null;
    const to = isSent && exchange.route?.kind === 'hop' ? exchange.route.peer.name : null;
    this.metrics.account({ part, to, proxyMs: exchange.proxyLatencyMs });
  }
}
