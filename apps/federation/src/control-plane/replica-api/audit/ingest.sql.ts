/** $1 replica, $2 boot, $3 [{seq, part}] in order of seq. Answers the numbers of those that were not stored before. */
export const INSERT_PARTS = `
  INSERT INTO audit_part (replica, boot, seq, request_id, body, received_at)
  SELECT $1, $2, r.seq, r.part->>'requestId', r.part, clock_timestamp()
    FROM jsonb_to_recordset($3::jsonb) AS r(seq bigint, part jsonb)
  ON CONFLICT DO NOTHING
  RETURNING seq::float8 AS seq`;

const RECORD_COLUMNS = `id, kind, timestamp, "user", mcp_server, tool, entry_gateway, handling_gateway, status, reason, trace_id`;
const GIVEN_RECORDS = `
  SELECT r.*, g.body
    FROM jsonb_array_elements($1::jsonb) AS g(body),
         jsonb_to_record(g.body) AS r(id text, kind text, timestamp timestamptz, "user" text, mcp_server text, tool text,
           entry_gateway text, handling_gateway text, status text, reason text, trace_id text)`;

/**
 * $1 merged records in order of the id, so that two batches never wait for each other. Answers the ids of those that did
 * not exist. Where two gateways deliver parts of one request at once, the second waits here until the first has committed,
 * and finds the record.
 */
export const INSERT_RECORDS = `
  INSERT INTO audit_record (${RECORD_COLUMNS}, body) ${GIVEN_RECORDS}
  ON CONFLICT DO NOTHING
  RETURNING id`;

/** $1 request ids. Records of admin actions are never touched by a gateway, whatever id it sends. */
export const LOCK_RECORDS = `
  SELECT id FROM audit_record WHERE id = ANY($1::text[]) AND kind = 'mcp' ORDER BY id FOR UPDATE`;

/** $1 request ids. In order of arrival. */
export const PARTS_OF_REQUESTS = `
  SELECT request_id AS id, body AS part FROM audit_part
   WHERE request_id = ANY($1::text[]) ORDER BY received_at, replica, boot, seq`;

/** $1 merged records. */
export const UPDATE_RECORDS = `
  UPDATE audit_record AS a
     SET (${RECORD_COLUMNS}, body) = (g.id, g.kind, g.timestamp, g."user", g.mcp_server, g.tool, g.entry_gateway, g.handling_gateway, g.status, g.reason, g.trace_id, g.body)
    FROM (${GIVEN_RECORDS}) AS g
   WHERE a.id = g.id`;

/**
 * $1 [{minute, gateway, server, user, status, count, ms}], one element per key. Anybody can ask for servers that do not exist, so
 * those that are not registered share a row.
 */
export const ADD_MINUTES = `
  INSERT INTO audit_minute AS m (minute, gateway, server, "user", status, count, total_latency_ms)
  SELECT r.minute, r.gateway, coalesce(s.name, '_other'), r."user", r.status, sum(r.count), sum(r.ms)
    FROM jsonb_to_recordset($1::jsonb)
      AS r(minute timestamptz, gateway text, server text, "user" text, status text, count int, ms float8)
    LEFT JOIN mcp_server s ON s.name = r.server
   GROUP BY 1, 2, 3, 4, 5
   ORDER BY 1, 2, 3, 4, 5
  ON CONFLICT (minute, gateway, server, "user", status) DO UPDATE
     SET count = m.count + excluded.count, total_latency_ms = m.total_latency_ms + excluded.total_latency_ms`;
