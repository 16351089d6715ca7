import {
  configErrors,
  entityHash,
  errorText,
  isKnownKind,
  type ConfigByKind,
  type ConfigKind,
  type ConfigItem,
} from '#libs/contract';
import { SnapshotRejected } from './snapshot-rejected.js';

/** An entity in a snapshot. */
export interface Entry {
  readonly raw: ConfigItem;
  /** `entityHash` of `raw`. */
  readonly hash: string;
  /** The parsed body, once somebody asked for it: most of 100,000 tokens are never looked at. */
  value?: unknown;
}

/**
 * An entry for an entity of any kind. Kinds that this version does not know are kept as they are.
 * @throws SnapshotRejected if a known kind does not pass the validator.
 */
export function entryOf(raw: ConfigItem): Entry {
  if (isKnownKind(raw.kind)) validate(raw.kind, raw);
  return { raw, hash: entityHash(raw) };
}

/** The entity of an entry of that kind, kept for the next time; it was validated when the entry was made. */
export function valueOf<K extends ConfigKind>(kind: K, entry: Entry): ConfigByKind[K] {
  entry.value ??= parsed(kind, entry.raw);
  return entry.value as ConfigByKind[K];
}

/** The entity of a validated body, for a single use: it is not kept. */
export function parsed<K extends ConfigKind>(kind: K, raw: ConfigItem): ConfigByKind[K] {
  if (raw.kind !== kind) throw new TypeError(`${raw.kind} is not a ${kind}`);
  return JSON.parse(raw.body) as ConfigByKind[K];
}

function validate(kind: ConfigKind, raw: ConfigItem): void {
  const [error] = configErrors(kind, raw.key, parse(raw));
  if (error === undefined) return;
  throw new SnapshotRejected('snapshot_invalid', `${kind}/${raw.key}: ${errorText(error)}`);
}

function parse(raw: ConfigItem): unknown {
  try {
    return JSON.parse(raw.body);
  } catch {
    throw new SnapshotRejected('snapshot_invalid', `${raw.kind}/${raw.key}: the body is not JSON`);
  }
}
