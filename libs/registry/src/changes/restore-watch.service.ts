import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { RestoreSuspicion } from '../tables/config-head.entity.js';

/** Stores the proof that the database is a restored backup, so that all control replicas refuse changes. */
@Injectable()
export class RestoreWatch {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Compares the database with a head that this control plane once signed and a replica has presented. The head is proof of a
   * restored backup if the database lacks its revision or has another digest for it; the highest proof is kept.
   * @returns Whether it is such a proof.
   */
  async markRestoreSuspected(proof: RestoreSuspicion): Promise<boolean> {
    const marked: unknown[] = await this.dataSource.query(MARK, [
      proof.epoch,
      proof.revision,
      proof.digest,
      JSON.stringify(proof),
    ]);
    return marked.length > 0;
  }
}

const MARK = `
  WITH marked AS (
    UPDATE config_head h
       SET restore_suspected = CASE
             WHEN h.restore_suspected IS NULL
               OR ((h.restore_suspected->>'epoch')::int, (h.restore_suspected->>'revision')::int) < ($1::int, $2::int)
             THEN $4::jsonb ELSE h.restore_suspected END
     WHERE (h.epoch, h.revision) < ($1::int, $2::int)
        OR ((h.epoch, h.revision) = ($1::int, $2::int) AND h.digest <> $3::text)
        OR EXISTS (SELECT 1 FROM config_log l
                    WHERE l.epoch = $1::int AND l.revision = $2::int AND l.digest <> $3::text AND h.epoch = $1::int)
    RETURNING 1)
  SELECT 1 FROM marked`;
