import { randomUUIDv7 } from 'node:crypto';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { AUDIT_SINK, type AuditSink } from '#libs/audit';
import type { AuditEnding, AuditFacts } from '#libs/contract';
import { OWN_GATEWAY, type OwnGateway } from '#libs/request';
import { OTHER } from './gateway-metrics.service.js';

/** Milliseconds for which refusals are counted together. */
const WINDOW_MS = 60_000;
/** Refusals of one source, and of all sources, that have a record each in a window. */
const MAX_RECORDS_PER_SOURCE = 30;
const MAX_RECORDS = 1000;
/** Sources that are told apart in a window; the others are counted together. */
const MAX_SOURCES = 1000;

/** Refusals of one source in the current window that have no record of their own, by their reasons. */
interface Source {
  records: number;
  readonly more: Map<string, number>;
}

/**
 * Records the refusals of requests whose callers are not known. Anybody can make as many of them as the network carries, so only
 * the first ones of each source have a record each; one more record then says how many followed and why. Those that were counted
 * in the last window before a process is killed are lost; metrics count every refusal.
 */
@Injectable()
export class StrangerRefusals implements BeforeApplicationShutdown {
  private sources = new Map<string, Source>();
  private records = 0;
  private openedAt = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    @Inject(AUDIT_SINK) private readonly audit: AuditSink,
    @Inject(OWN_GATEWAY) private readonly own: OwnGateway,
  ) {}

  record(source: string, facts: AuditFacts, ending: AuditEnding): void {
    this.openWindow();
    const known = this.sourceOf(source);
    if (known.records >= MAX_RECORDS_PER_SOURCE || this.records >= MAX_RECORDS) {
      const reason = ending.reason ?? ending.status;
      known.more.set(reason, (known.more.get(reason) ?? 0) + 1);
      return;
    }
    known.records++;
    this.records++;
    this.audit.recordRefusal(facts, ending);
  }

  beforeApplicationShutdown(): void {
    if (this.timer !== null) this.closeWindow();
  }

  private sourceOf(address: string): Source {
    const isKnown = this.sources.has(address) || this.sources.size < MAX_SOURCES;
    const name = isKnown && address !== '' ? address : OTHER;
    let source = this.sources.get(name);
    if (source === undefined) this.sources.set(name, (source = { records: 0, more: new Map() }));
    return source;
  }

  private openWindow(): void {
    if (this.timer !== null) return;
    this.openedAt = Date.now();
    this.timer = setTimeout(() => this.closeWindow(), WINDOW_MS).unref();
  }

  private closeWindow(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const { sources } = this;
    this.sources = new Map();
    this.records = 0;
    for (const [name, { more }] of sources)
      if (more.size > 0) this.audit.recordRefusal(this.factsOf(name, more), ENDING);
  }

  private factsOf(source: string, more: ReadonlyMap<string, number>): AuditFacts {
    return {
      ...NOBODY,
      requestId: randomUUIDv7(),
      gateway: this.own.label,
      gatewayHost: this.own.host,
      entryGateway: this.own.host,
      timestamp: new Date(this.openedAt).toISOString(),
      refusals: {
        source,
        until: new Date().toISOString(),
        reasons: [...more].map(([reason, count]) => ({ reason, count })),
      },
    };
  }
}

const NOBODY = {
  role: 'entry',
  user: null,
  server: OTHER,
  tool: null,
  method: null,
  handlingGateway: null,
  proxyHops: 0,
  decision: null,
  policy: null,
  revision: 0,
  traceId: null,
  client: null,
} as const;

const ENDING: AuditEnding = {
  status: 'denied',
  reason: null,
  hop: null,
  httpStatus: null,
  totalMs: null,
  nextHopMs: null,
  bytesIn: 0,
  bytesOut: 0,
};
