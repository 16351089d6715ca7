import { Type } from '@sinclair/typebox';
import { MAX_OBSERVED_SERVERS, serverObservation } from './server-observation.js';
import {
  compactJws,
  natural,
  oneOf,
  orNull,
  positive,
  revocation,
  softwareVersion,
  text,
  utcTime,
  versionFields,
} from './wire/fields.js';
import { wireType, type WireValue } from './wire/wire-type.js';

const MAX_TOMBSTONES = 200_000;

/** Why a change is refused; a replica of another version may have another word for it. */
type RejectionReason = 'snapshot_invalid' | 'config_regression' | 'signature_invalid' | 'digest_mismatch';

const rejected = Type.Object(
  {
    revision: natural,
    reason: Type.Unsafe<RejectionReason>(text(/^[a-z_]{1,64}$/, 'a reason')),
    detail: Type.String(),
    at: utcTime,
  },
  { allowed: '{revision, reason, detail, at}' },
);
/** A change that a replica refused. The old snapshot stays; any later valid one heals it. */
export type RejectedChange = WireValue<typeof HEARTBEAT>['rejected'] & object;

/** Body of `POST /internal/v1/heartbeat`, sent every few seconds and at once after a change was applied. */
export const HEARTBEAT = wireType(
  Type.Object({
    /** What the replica serves from; revision 0 while there is no snapshot. */
    ...versionFields,
    appliedAt: orNull(utcTime),
    version: softwareVersion,
    schemaVersion: positive,
    uptimeSeconds: Type.Number({ minimum: 0, allowed: 'seconds, 0 or more' }),
    /** How the newest head arrived. */
    connection: oneOf('nats', 'https', 'none'),
    rejected: orNull(rejected),
    /** The newest head that this replica has accepted, a JWS: proof of a revision that a restored backup may lack. */
    head: orNull(compactJws),
    /** Tombstones that the replica holds; sent only while it refuses a regression, so that no revocation is lost. */
    tombstones: orNull(
      Type.Array(revocation, {
        maxItems: MAX_TOMBSTONES,
        allowed: `at most ${MAX_TOMBSTONES} of {hash, until}`,
      }),
    ),
    /** The metrics of `REPORTED_METRICS`, Prometheus text; null in heartbeats that skip them. */
    metrics: orNull(text(/^[^\0]{0,1048576}$/, 'Prometheus text of at most 1 MiB')),
    /** MCP servers of which traffic has shown something new. */
    servers: Type.Array(serverObservation, {
      maxItems: MAX_OBSERVED_SERVERS,
      allowed: `at most ${MAX_OBSERVED_SERVERS} of {server, revision, lastSuccessAt, lastFailure, protocolVersions, serverInfo}`,
    }),
  }),
);
export type Heartbeat = WireValue<typeof HEARTBEAT>;

/** Answer of `POST /internal/v1/heartbeat`. A control plane of another version may leave something out. */
export const HEARTBEAT_ANSWER = wireType(
  Type.Partial(
    Type.Object({
      /** The control plane's clock. */
      time: utcTime,
      /** The newest revision that the control plane knows. It is not signed: a reason to ask for it, nothing more. */
      epoch: natural,
      revision: natural,
    }),
  ),
);
export type HeartbeatAnswer = WireValue<typeof HEARTBEAT_ANSWER>;
