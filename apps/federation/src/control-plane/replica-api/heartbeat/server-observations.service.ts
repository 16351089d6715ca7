import type { ServerObservation } from '#libs/contract';
import { Injectable } from '@nestjs/common';
import { InjectEntityManager } from '@nestjs/typeorm';
import { EntityManager } from 'typeorm';

/** Keeps what gateways have seen of the MCP servers next to them, for the admin API. */
@Injectable()
export class ServerObservations {
  constructor(@InjectEntityManager() private readonly manager: EntityManager) {}

  /** Takes over what is news. A gateway is believed only about the servers that it handles, as they are registered now. */
  async store(gateway: string, observations: readonly ServerObservation[]): Promise<void> {
    if (observations.length === 0) return;
    const reported = JSON.stringify(observations.map(row));
    await this.manager.query(MERGE, [reported, gateway, JSON.stringify([{ gateway }])]);
  }
}

/** PostgreSQL holds no lone surrogates. */
const wellFormed = <T extends Record<string, string | null>>(texts: T | null): T | null =>
  texts &&
  (Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, text?.toWellFormed() ?? null])) as T);

function row({ server, revision, lastSuccessAt, lastFailure, ...seen }: ServerObservation) {
  const { at = null, ...failure } = lastFailure ?? {};
  return {
    server,
    revision,
    last_success_at: lastSuccessAt,
    last_failure_at: at,
    last_failure: lastFailure && wellFormed(failure),
    protocol_versions: seen.protocolVersions,
    server_info: wellFormed(seen.serverInfo),
  };
}

/** Several replicas of a gateway report on the same server. Nobody's clock brings a time that is still to come. */
const MERGE = `
  INSERT INTO mcp_server_observation AS held
         (server, gateway, last_success_at, last_failure_at, last_failure, protocol_versions, server_info)
  SELECT seen.server, $2,
         CASE WHEN seen.last_success_at IS NOT NULL THEN least(seen.last_success_at, now()) END,
         CASE WHEN seen.last_failure_at IS NOT NULL THEN least(seen.last_failure_at, now()) END,
         seen.last_failure, seen.protocol_versions, seen.server_info
    FROM jsonb_to_recordset($1::jsonb) AS seen (server text, revision int, last_success_at timestamptz,
           last_failure_at timestamptz, last_failure jsonb, protocol_versions jsonb, server_info jsonb)
    JOIN mcp_server ON mcp_server.name = seen.server AND mcp_server.revision = seen.revision
                   AND mcp_server.handlers @> $3::jsonb
   ORDER BY seen.server
  ON CONFLICT (server) DO UPDATE SET
    gateway = excluded.gateway,
    last_success_at = greatest(held.last_success_at, excluded.last_success_at),
    last_failure_at = greatest(held.last_failure_at, excluded.last_failure_at),
    last_failure = CASE WHEN held.last_failure_at > excluded.last_failure_at OR excluded.last_failure_at IS NULL
                        THEN held.last_failure ELSE excluded.last_failure END,
    protocol_versions = (
      SELECT coalesce(jsonb_agg(version ORDER BY version DESC), '[]')
        FROM (SELECT DISTINCT version
                FROM jsonb_array_elements_text(held.protocol_versions || excluded.protocol_versions) AS version
               ORDER BY version DESC LIMIT 8) AS newest),
    server_info = coalesce(excluded.server_info, held.server_info)`;
