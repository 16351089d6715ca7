import type { Heartbeat, RejectedChange, Revocation } from '#libs/contract';
import {
  checkedBody,
  naturalInteger,
  orNull,
  positiveInteger,
  text,
  type FieldRule,
} from '../enrolment/body-fields.js';

const MAX_TOMBSTONES = 200_000;
/** `Date.parse` alone takes more than RFC 3339, such as any text in brackets. */
const UTC_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
const isTime = (value: unknown): boolean =>
  typeof value === 'string' && UTC_TIME.test(value) && !Number.isNaN(Date.parse(value));
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const time: FieldRule = { allowed: 'an RFC 3339 time in UTC', holds: isTime };
const rejected: FieldRule = {
  allowed: '{revision, reason, detail, at}',
  holds: (value) =>
    isRecord(value) &&
    naturalInteger.holds(value['revision']) &&
    text(/^[a-z_]{1,64}$/, '').holds(value['reason']) &&
    typeof value['detail'] === 'string' &&
    isTime(value['at']),
};
const tombstones: FieldRule = {
  allowed: `at most ${MAX_TOMBSTONES} of {hash, until}`,
  holds: (value) => Array.isArray(value) && value.length <= MAX_TOMBSTONES && value.every(isRevocation),
};

const RULES: Record<keyof Heartbeat, FieldRule> = {
  epoch: naturalInteger,
  revision: naturalInteger,
  digest: text(/^[\x20-\x7e]{0,128}$/, 'a digest'),
  appliedAt: orNull(time),
  version: text(/^[\x20-\x7e]{1,64}$/, 'a version of at most 64 characters'),
  schemaVersion: positiveInteger,
  uptimeSeconds: {
    allowed: 'seconds, 0 or more',
    holds: (value) => Number.isFinite(value) && Number(value) >= 0,
  },
  connection: text(/^(?:nats|https|none)$/, 'nats, https or none'),
  rejected: orNull(rejected),
  head: orNull(text(/^[\w.-]{1,262144}$/, 'a compact JWS')),
  tombstones: orNull(tombstones),
  metrics: orNull(text(/^[^\0]{0,1048576}$/, 'Prometheus text of at most 1 MiB')),
};

const MAX_DETAIL = 1000;

/** @throws ProblemError `validation`. */
export function readHeartbeat(body: unknown): Heartbeat {
  const heartbeat = checkedBody<Heartbeat>(body, RULES);
  return { ...heartbeat, rejected: heartbeat.rejected && bounded(heartbeat.rejected) };
}

/** Keeps what the fleet view shows, and of a size that it can. */
function bounded({ revision, reason, detail, at }: RejectedChange): RejectedChange {
  const printable = detail.toWellFormed().replaceAll('\0', '');
  return { revision, reason, detail: printable.slice(0, MAX_DETAIL), at };
}

function isRevocation(value: unknown): value is Revocation {
  if (!isRecord(value)) return false;
  const { hash, until } = value;
  return typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash) && (until === null || isTime(until));
}
