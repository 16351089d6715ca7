/** $1 replica, $2 boot, $3 [{seq, part}]. Answers the parts that were not stored before. */
export const INSERT_PARTS = `
  INSERT INTO audit_part (replica, boot, seq, request_id, body, received_at)
  SELECT $1, $2, r.seq, r.part->>'requestId', r.part, clock_timestamp()
    FROM jsonb_to_recordset($3::jsonb) AS r(seq bigint, part jsonb)
   ORDER BY r.seq
  ON CONFLICT DO NOTHING
  RETURNING request_id AS id, body AS part`;

/**
 * $1 request ids. Makes the records that do not exist yet, so that there is a row to lock: two gateways that deliver parts
 * of one request at once are merged one after the other, and the second sees what the first stored. In order of the id,
 * so that two batches never wait for each other.
 */
export const MAKE_RECORDS = `
  INSERT INTO audit_record (id, kind, timestamp, status, body)
  SELECT id, 'mcp', clock_timestamp(), 'unknown', '{}' FROM unnest($1::text[]) AS id ORDER BY id
  ON CONFLICT DO NOTHING`;

/** $1 request ids. Records of admin actions are never touched by a gateway, whatever id it sends. */
export const LOCK_RECORDS = `
  SELECT id FROM audit_record WHERE id = ANY($1::text[]) AND kind = 'mcp' ORDER BY id FOR UPDATE`;

/** $1 request ids. In order of arrival. */
export const PARTS_OF_REQUESTS = `
  SELECT request_id AS id, body AS part FROM audit_part
   WHERE request_id = ANY($1::text[]) ORDER BY received_at, replica, boot, seq`;

/** $1 merged records. */
export const WRITE_RECORDS = `
  UPDATE audit_record AS a
     SET timestamp = (r.body->>'timestamp')::timestamptz, "user" = r.body->>'user', mcp_server = r.body->>'mcp_server',
         tool = r.body->>'tool', entry_gateway = r.body->>'entry_gateway',
         handling_gateway = r.body->>'handling_gateway', status = r.body->>'status', reason = r.body->>'reason',
         trace_id = r.body->>'trace_id', body = r.body
    FROM jsonb_array_elements($1::jsonb) AS r(body)
   WHERE a.id = r.body->>'id'`;

/** $1 [{minute, gateway, server, user, status, count, ms}], one element per key. */
export const ADD_MINUTES = `
  INSERT INTO audit_minute AS m (minute, gateway, server, "user", status, count, total_latency_ms)
  SELECT r.minute, r.gateway, r.server, r."user", r.status, r.count, r.ms
    FROM jsonb_to_recordset($1::jsonb)
      AS r(minute timestamptz, gateway text, server text, "user" text, status text, count int, ms float8)
   ORDER BY 1, 2, 3, 4, 5
  ON CONFLICT (minute, gateway, server, "user", status) DO UPDATE
     SET count = m.count + excluded.count, total_latency_ms = m.total_latency_ms + excluded.total_latency_ms`;
