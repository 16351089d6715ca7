import { REPORTED_METRICS } from '#libs/contract';
import { Replica } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, MoreThanOrEqual, Not, Repository } from 'typeorm';
import { joinExpositions } from './exposition.js';
import { shownSince } from './replica-state.js';

/** What the gateways' replicas reported last, for the control plane's `/metrics`. */
@Injectable()
export class ReportedMetrics {
  constructor(@InjectRepository(Replica) private readonly replicas: Repository<Replica>) {}

  /** Prometheus text, each sample with the label `replica`. Replicas that are gone are left out. */
  async text(): Promise<string> {
    const rows = await this.replicas.find({
      select: { id: true, metrics: true },
      where: { metrics: Not(IsNull()), lastSeenAt: MoreThanOrEqual(shownSince()) },
      order: { id: 'ASC' },
    });
    return joinExpositions(
      rows.map(({ id, metrics }) => ({ replica: id, text: metrics ?? '' })),
      REPORTED_METRICS,
    );
  }
}
