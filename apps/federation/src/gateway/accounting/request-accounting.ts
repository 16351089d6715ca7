import { Inject, Injectable } from '@nestjs/common';
import { AUDIT_SINK, type AuditIntent, type AuditSink } from '#libs/audit';
import type { AuditEnding, AuditFacts } from '#libs/contract';
import { SourceAddresses } from '#libs/auth';
import { AUTHENTICATED, OWN_GATEWAY, stageKey, type OwnGateway, type Passage } from '#libs/request';
import { Drain } from '../endpoint/drain.js';
import { GatewayMetrics } from './gateway-metrics.service.js';
import { auditEndingOf, auditFactsOf, resultOf } from './audit-part.js';
import { ServerObservations } from './server-observations.js';
import { StrangerRefusals } from './stranger-refusals.js';

/** What was recorded before the request left; its outcome differs only in how the request ended. */
interface Intended {
  readonly facts: AuditFacts;
  readonly intent: AuditIntent;
}

const INTENDED = stageKey<Intended>('accounting');

/**
 * Stage 7, registered first: accounts for each request exactly once, when its raw response closes. Interceptors and Fastify's
 * own hooks miss denials of guards and aborted responses.
 */
@Injectable()
export class RequestAccounting {
  constructor(
    @Inject(AUDIT_SINK) private readonly audit: AuditSink,
    private readonly metrics: GatewayMetrics,
    private readonly servers: ServerObservations,
    @Inject(OWN_GATEWAY) private readonly own: OwnGateway,
    private readonly drain: Drain,
    private readonly strangers: StrangerRefusals,
    private readonly sources: SourceAddresses,
  ) {}

  watch(passage: Passage): void {
    this.drain.entered(passage);
    passage.response.on('close', () => {
      this.close(passage);
      this.drain.left(passage);
    });
  }

  /**
   * To be awaited before anything of the request leaves this gateway.
   * @throws GatewayError `audit_unavailable`; then it must not leave.
   */
  intend(passage: Passage): Promise<void> {
    const facts = auditFactsOf(passage, this.own);
    const intent = this.audit.recordIntent(facts, passage.log.bytesIn);
    passage.keep(INTENDED, { facts, intent });
    return intent.written;
  }

  private close(passage: Passage): void {
    const intended = passage.reached(INTENDED);
    const facts = intended?.facts ?? auditFactsOf(passage, this.own);
    const result = resultOf(passage.log, passage.response, this.own.label);
    const ending = auditEndingOf(passage, result);
    this.record(passage, facts, ending, intended?.intent);
    const { nextHop, forwardedAt, proxyLatencyMs: proxyMs } = passage.log;
    const to = nextHop?.kind === 'hop' && forwardedAt !== null ? nextHop.name : null;
    this.metrics.account({ facts, ending, to, proxyMs });
    if (nextHop?.kind === 'upstream' && forwardedAt !== null) this.servers.note(passage.log, result);
  }

  /** Before it has enrolled, a replica can name no gateway that a record would belong to. */
  private record(passage: Passage, facts: AuditFacts, ending: AuditEnding, intent?: AuditIntent): void {
    if (this.own.name === null) return;
    if (intent !== undefined) this.audit.recordOutcome(intent, ending);
    else if (isStranger(passage)) this.strangers.record(this.sources.of(passage.request), facts, ending);
    else this.audit.recordRefusal(facts, ending);
  }
}

/** Neither a caller nor another gateway has proved who they are. */
const isStranger = (passage: Passage): boolean =>
  passage.log.hop === null && passage.reached(AUTHENTICATED) === undefined;
