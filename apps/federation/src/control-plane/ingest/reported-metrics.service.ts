import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { REPORTED_METRICS } from '#libs/contract';
import { Replica } from '#libs/registry';
import { joinExpositions } from '../../ops/exposition.js';

/** Beyond this a replica counts as gone and its metrics are no longer shown, seconds. */
const SHOWN_FOR_SECONDS = 300;

/** What the gateways' replicas reported last, for the control plane's `/metrics`. */
@Injectable()
export class ReportedMetrics {
  constructor(private readonly dataSource: DataSource) {}

  /** Prometheus text, each sample with the label `replica`. */
  async text(): Promise<string> {
    const rows = await this.dataSource
      .getRepository(Replica)
      .createQueryBuilder('replica')
      .select(['replica.id', 'replica.metrics'])
      .where('replica.metrics IS NOT NULL')
      .andWhere(`replica.lastSeenAt > now() - make_interval(secs => :seconds)`, {
        seconds: SHOWN_FOR_SECONDS,
      })
      .orderBy('replica.id')
      .getMany();
    return joinExpositions(
      rows.map(({ id, metrics }) => ({ replica: id, text: metrics ?? '' })),
      REPORTED_METRICS,
    );
  }
}
