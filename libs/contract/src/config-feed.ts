import { Type } from '@sinclair/typebox';
import { CONFIG_ITEM } from './config-items.js';
import {
  boolean,
  compactJws,
  digest,
  revocation,
  text,
  utcTime,
  versionFields,
  wholeNumber,
} from './wire/fields.js';
import { wireType, type WireValue } from './wire/wire-type.js';

/** How a configuration travels from the control plane to the gateways. */

/** Types of the compact JWS strings (RFC 7515) that the control plane signs with Ed25519 (`alg: EdDSA`). */
export const HEAD_TYPE = 'causeway-head+jwt';
export const DELTA_TYPE = 'causeway-delta+jwt';

/** NATS subjects. Plain subjects under one prefix, so that an account can be limited to them. */
export const SUBJECTS = { delta: 'causeway.config.delta', head: 'causeway.config.head' } as const;

/** A larger delta is announced by the head only and travels over HTTPS. Bytes of the JWS. */
export const MAX_NATS_DELTA_BYTES = 256 * 1024;

export const MAX_HEAD_REVOCATIONS = 500;

/** The signed statement of the newest revision. */
export const HEAD_CLAIMS = wireType(
  Type.Object({
    ...versionFields,
    /** When it was signed. Staleness counts from here. */
    time: utcTime,
    /** The newest revocations, newest first, {@link MAX_HEAD_REVOCATIONS} of them at most. */
    revoked: Type.Array(revocation),
  }),
);
export type HeadClaims = WireValue<typeof HEAD_CLAIMS>;

const put = Type.Object({ op: Type.Literal('put'), ...CONFIG_ITEM.schema.properties });
const drop = Type.Object({
  op: Type.Literal('delete'),
  ...Type.Omit(CONFIG_ITEM.schema, ['body']).properties,
});
const change = Type.Union([put, drop], {
  allowed: '{op: "put", kind, key, body} or {op: "delete", kind, key}',
});

/** The changes of one revision. */
export const CONFIG_CHANGES = wireType(Type.Array(change));
export type ConfigChange = WireValue<typeof CONFIG_CHANGES>[number];

/** One revision's change. It applies only to the snapshot whose digest is `previousDigest`. */
export const DELTA_CLAIMS = wireType(
  Type.Object({
    ...HEAD_CLAIMS.schema.properties,
    previousDigest: digest,
    /** Its shape is checked as it is applied, so that a change which this version cannot read is refused and reported. */
    changes: Type.Array(Type.Unsafe<ConfigChange>(Type.Unknown())),
  }),
);
export type DeltaClaims = WireValue<typeof DELTA_CLAIMS>;

const digits = text(/^\d{1,9}$/, 'an integer, 0 or more');

/** Query of `GET /internal/v1/config`: the version that the caller holds, and how many seconds the answer may wait. */
export const POLL_QUERY = wireType(Type.Object({ epoch: digits, since: digits, digest, wait: digits }));
export type PollQuery = WireValue<typeof POLL_QUERY>;

/** Answer of `GET /internal/v1/config`. */
export const POLL_ANSWER = wireType(
  Type.Object({
    /** The newest head, a JWS. */
    head: compactJws,
    /** JWS of each revision after `since`, in order; empty if there is none or `resync` is set. */
    deltas: Type.Array(Type.String({ allowed: 'a compact JWS' })),
    /** The control plane cannot lead from where the caller stands: fetch `GET /internal/v1/snapshot`. */
    resync: boolean,
  }),
);
export type PollAnswer = WireValue<typeof POLL_ANSWER>;

/** First line of the NDJSON answer of `GET /internal/v1/snapshot`; every further line is a {@link ConfigItem}. */
export const SNAPSHOT_PREAMBLE = wireType(
  Type.Object({
    /** The head whose digest the items have, a JWS. */
    head: compactJws,
    /** Every revocation whose token has not expired. */
    tombstones: Type.Array(revocation),
    /** Number of lines that follow. */
    entities: wholeNumber,
  }),
);
export type SnapshotPreamble = WireValue<typeof SNAPSHOT_PREAMBLE>;
