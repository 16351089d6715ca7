import type { AuditPart } from '#libs/contract';

/** Longest text of one field, UTF-16 units: what a caller chooses must not decide how much room a record takes. */
export const MAX_TEXT = 256;

/** Bytes that one line of the spool takes at most: every text at its longest, each unit escaped to six bytes. */
export const MAX_LINE_BYTES = 24 * 1024;

/** The part with every text clipped to {@link MAX_TEXT}; a clipped one ends in an ellipsis. */
export function boundedPart(part: AuditPart): AuditPart {
  return isBounded(part) ? part : clip(part);
}

function isBounded(part: AuditPart): boolean {
  for (const value of Object.values(part)) {
    if (typeof value === 'string' && value.length > MAX_TEXT) return false;
  }
  return true;
}

function clip(part: AuditPart): AuditPart {
  const fields = Object.entries(part).map(([name, value]): [string, unknown] => [name, clipText(value)]);
  return Object.fromEntries(fields) as unknown as AuditPart;
}

const clipText = (value: unknown): unknown =>
  typeof value === 'string' && value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT - 1)}…` : value;
