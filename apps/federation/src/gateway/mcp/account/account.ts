import { Inject, Injectable } from '@nestjs/common';
import { OWN_GATEWAY, type Exchange, type OwnGateway } from '#libs/auth';
import { AUDIT_SINK, type AuditIntent, type AuditSink } from '#libs/audit';
import type { AuditFacts, AuditPart } from '#libs/contract';
import { GatewayMetrics } from '../../metrics/gateway-metrics.js';
import { Drain } from '../drain.js';
import { auditEndingOf, auditFactsOf } from './audit-part.js';
import { verdictOf } from './verdict.js';

/**
 * The last stage, registered first: accounts for each exchange exactly once, when its raw response closes. Interceptors
 * and Fastify's own hooks miss denials of guards and aborted responses.
 */
@Injectable()
export class Account {
  private readonly intents = new WeakMap<Exchange, { facts: AuditFacts; intent: AuditIntent }>();

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
  async intend(exchange: Exchange): Promise<void> {
    const facts = auditFactsOf(exchange, this.own);
    const intent = this.audit.recordIntent(facts, exchange.body.length);
    this.intents.set(exchange, { facts, intent });
    await intent.written;
  }

  private close(exchange: Exchange): void {
    const intended = this.intents.get(exchange);
    const facts = intended?.facts ?? auditFactsOf(exchange, this.own);
    const ending = auditEndingOf(exchange, verdictOf(exchange, this.own.label));
    if (intended !== undefined) this.audit.recordOutcome(intended.intent, ending);
    // Before it has enrolled, a replica can name no gateway that the record would belong to.
    else if (exchange.audited && this.own.name !== null) this.audit.recordRefusal(facts, ending);
    const isSent = exchange.route?.kind === 'hop' && exchange.timings.forwarded !== null;
    const to = isSent && exchange.route?.kind === 'hop' ? exchange.route.peer.name : null;
    const part: AuditPart = { phase: 'outcome', ...facts, ...ending };
    this.metrics.account({ part, to, proxyMs: exchange.proxyLatencyMs });
  }
}
