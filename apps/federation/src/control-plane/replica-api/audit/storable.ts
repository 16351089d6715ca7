import { AUDIT_PART, type AuditPart, type SpooledPart } from '#libs/contract';

/** What PostgreSQL can keep of a batch. */
export interface StorableParts {
  /** In order of `seq`. */
  records: SpooledPart[];
  /** The same as JSON. */
  json: string;
}

const FIELDS = Object.keys(AUDIT_PART.schema.properties) as (keyof AuditPart)[];

/** So JSON writes U+0000 and lone surrogates, among others. */
const ESCAPE = '\\u';

/**
 * The known fields of each part. U+0000 and lone surrogates become U+FFFD, and a day that does not exist the one that
 * JavaScript reads it as.
 */
export function storable(records: readonly SpooledPart[]): StorableParts {
  const known = records
    .map(({ seq, part }) => ({ seq, part: knownFields(part) }))
    .sort((a, b) => a.seq - b.seq);
  const json = JSON.stringify(known);
  if (!json.includes(ESCAPE)) return { records: known, json };
  const clean = known.map(cleaned);
  return { records: clean, json: JSON.stringify(clean) };
}

function knownFields(part: AuditPart): AuditPart {
  const known: Partial<Record<keyof AuditPart, unknown>> = {};
  for (const field of FIELDS) known[field] = part[field];
  known.timestamp = new Date(part.timestamp).toISOString();
  return known as AuditPart;
}

function cleaned({ seq, part }: SpooledPart): SpooledPart {
  const fields = Object.entries(part).map(([name, value]): [string, unknown] => [name, cleanValue(value)]);
  return { seq, part: Object.fromEntries(fields) as AuditPart };
}

const cleanValue = (value: unknown): unknown =>
  typeof value === 'string' ? value.toWellFormed().replaceAll('\u0000', '\ufffd') : value;
