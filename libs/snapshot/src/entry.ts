import {
  entityHash,
  isKnownKind,
  validateEntity,
  type EntityByKind,
  type EntityFault,
  type EntityKind,
  type RawEntity,
} from '#libs/contract';
import { SnapshotRejected } from './snapshot-rejected.js';

/** An entity in a snapshot. */
export interface Entry {
  readonly raw: RawEntity;
  /** `entityHash` of `raw`. */
  readonly hash: string;
  /** The parsed body, once somebody asked for it: most of 100,000 tokens are never looked at. */
  value?: unknown;
}

/**
 * An entry for an entity of any kind. Kinds that this version does not know are kept as they are.
 * @throws SnapshotRejected if a known kind does not pass the validator.
 */
export function entryOf(raw: RawEntity): Entry {
  if (isKnownKind(raw.kind)) validate(raw.kind, raw);
  return { raw, hash: entityHash(raw) };
}

/** The entity of an entry of that kind, kept for the next time; it was validated when the entry was made. */
export function valueOf<K extends EntityKind>(kind: K, entry: Entry): EntityByKind[K] {
  entry.value ??= parsed(kind, entry.raw);
  return entry.value as EntityByKind[K];
}

/** The entity of a validated body, for a single use: it is not kept. */
export function parsed<K extends EntityKind>(kind: K, raw: RawEntity): EntityByKind[K] {
  if (raw.kind !== kind) throw new TypeError(`${raw.kind} is no ${kind}`);
  return JSON.parse(raw.body) as EntityByKind[K];
}

function validate(kind: EntityKind, raw: RawEntity): void {
  const [fault] = validateEntity(kind, raw.key, parse(raw));
  if (fault === undefined) return;
  throw new SnapshotRejected('snapshot_invalid', `${kind}/${raw.key}: ${faultText(fault)}`);
}

function parse(raw: RawEntity): unknown {
  try {
    return JSON.parse(raw.body);
  } catch {
    throw new SnapshotRejected('snapshot_invalid', `${raw.kind}/${raw.key}: the body is not JSON`);
  }
}

function faultText(fault: EntityFault): string {
  const seen = JSON.stringify(fault.seen)?.slice(0, 100) ?? 'nothing';
  return `${fault.field === '' ? 'the entity' : fault.field} must be ${fault.allowed}, seen ${seen}`;
}
