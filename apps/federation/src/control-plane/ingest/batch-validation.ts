import type { AuditBatch, AuditPart, SpooledPart } from '#libs/contract';
import type { FieldError } from '#libs/contract';

interface Check {
  allowed: string;
  holds: (value: unknown) => boolean;
}

/** Most records of one batch. */
const MAX_RECORDS = 500;
const MAX_TEXT = 256;
const MAX_FAULTS = 20;

const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

const oneOf = (...words: unknown[]): Check => ({
  allowed: words.map(String).join(', '),
  holds: (v) => words.includes(v),
});
const text: Check = {
  allowed: `1 to ${MAX_TEXT} characters`,
  holds: (v) => typeof v === 'string' && v !== '' && v.length <= MAX_TEXT,
};
const textOrNull: Check = {
  allowed: `at most ${MAX_TEXT} characters, or null`,
  holds: (v) => v === null || (typeof v === 'string' && v.length <= MAX_TEXT),
};
const count: Check = {
  allowed: 'a whole number, 0 or more',
  holds: (v) => Number.isSafeInteger(v) && Number(v) >= 0,
};
const countOrNull: Check = {
  allowed: `${count.allowed}, or null`,
  holds: (v) => v === null || count.holds(v),
};
const msOrNull: Check = {
  allowed: 'milliseconds, or null',
  holds: (v) => v === null || (typeof v === 'number' && Number.isFinite(v) && v >= 0),
};
const time: Check = {
  allowed: 'an RFC 3339 time in UTC',
  holds: (v) => typeof v === 'string' && UTC.test(v) && Date.parse(v) >= 0,
};

const PART: Record<keyof AuditPart, Check> = {
  phase: oneOf('intent', 'outcome'),
  requestId: text,
  role: oneOf('entry', 'handling'),
  gateway: text,
  gatewayHost: text,
  timestamp: time,
  user: textOrNull,
  server: text,
  tool: textOrNull,
  method: textOrNull,
  handlingGateway: textOrNull,
  entryGateway: textOrNull,
  proxyHops: oneOf(0, 1),
  status: oneOf('success', 'error', 'denied', 'cancelled', 'unknown'),
  decision: oneOf('allow', 'deny', null),
  policy: textOrNull,
  reason: textOrNull,
  hop: textOrNull,
  httpStatus: countOrNull,
  revision: count,
  traceId: textOrNull,
  client: textOrNull,
  totalMs: msOrNull,
  downstreamMs: msOrNull,
  bytesIn: count,
  bytesOut: count,
};

const isRecord = (v: unknown): v is Record<string, unknown> =>
  typeof v === 'object' && v !== null && !Array.isArray(v);

/**
 * What a batch does wrong. Unknown fields of a part are no fault: a newer gateway may send them.
 * @param gateway registry name of the sender's gateway; it can speak for no other.
 */
export function batchFaults(body: unknown, gateway: string): FieldError[] {
  if (!isRecord(body)) return [{ field: '', seen: typeof body, allowed: ['{boot, records}'] }];
  const { boot, records } = body as Partial<AuditBatch>;
  const faults = text.holds(boot) ? [] : [fault('boot', boot, text)];
  if (!Array.isArray(records) || records.length === 0 || records.length > MAX_RECORDS) {
    return [...faults, { field: 'records', seen: typeof records, allowed: [`1 to ${MAX_RECORDS} records`] }];
  }
  return [...faults, ...records.flatMap((record, i) => recordFaults(record, `records.${i}`, gateway))].slice(
    0,
    MAX_FAULTS,
  );
}

function recordFaults(record: unknown, path: string, gateway: string): FieldError[] {
  if (!isRecord(record) || !isRecord(record['part'])) {
    return [{ field: path, seen: typeof record, allowed: ['{seq, part}'] }];
  }
  const part = record['part'];
  const faults = count.holds(record['seq']) ? [] : [fault(`${path}.seq`, record['seq'], count)];
  for (const [field, check] of Object.entries(PART)) {
    if (!check.holds(part[field])) faults.push(fault(`${path}.part.${field}`, part[field], check));
  }
  if (part['gateway'] !== gateway)
    faults.push(fault(`${path}.part.gateway`, part['gateway'], oneOf(gateway)));
  return faults;
}

const fault = (field: string, seen: unknown, check: Check): FieldError => ({
  field,
  seen: typeof seen === 'string' ? seen.slice(0, MAX_TEXT) : seen,
  allowed: [check.allowed],
});

/**
 * The known fields as PostgreSQL can keep them: U+0000 and lone surrogates become U+FFFD, and a day that does not exist
 * the one that JavaScript reads it as.
 */
export function storable({ seq, part }: SpooledPart): SpooledPart {
  const names = Object.keys(PART) as (keyof AuditPart)[];
  const fields = Object.fromEntries(
    names.map((name): [string, unknown] => [name, storableValue(part[name])]),
  );
  return {
    seq,
    part: { ...(fields as unknown as AuditPart), timestamp: new Date(part.timestamp).toISOString() },
  };
}

const storableValue = (value: unknown): unknown =>
  typeof value === 'string' ? value.toWellFormed().replaceAll('\u0000', '\ufffd') : value;
