import { Type } from '@sinclair/typebox';
import { milliseconds, oneOf, orNull, text as pattern, utcTime, wholeNumber } from './wire/fields.js';
import { wireType, type WireValue } from './wire/wire-type.js';

const MAX_TEXT = 256;
const text = Type.String({ minLength: 1, maxLength: MAX_TEXT, allowed: `1 to ${MAX_TEXT} characters` });
const textOrNull = orNull(Type.String({ maxLength: MAX_TEXT, allowed: `at most ${MAX_TEXT} characters` }));

const status = oneOf('success', 'error', 'denied', 'cancelled', 'unknown');
const role = oneOf('entry', 'handling');

/** Most reasons that one gateway can give: those of the catalogue. */
const MAX_REASONS = 256;
const reason = pattern(/^[a-z_]{1,64}$/, 'a reason of the catalogue');

/** Requests without known callers that were refused, counted because there were too many for a record each. */
const refusals = Type.Object({
  /** Address or network that they came from. */
  source: pattern(/^[\x20-\x7e]{1,64}$/, '1 to 64 printable ASCII characters'),
  /** End of the time in which they came; it began at the `timestamp`. */
  until: utcTime,
  reasons: Type.Array(Type.Object({ reason, count: wholeNumber }), { minItems: 1, maxItems: MAX_REASONS }),
});

/**
 * One gateway's part of an audit record. It is written twice: as an intent before the request is forwarded, and as an
 * outcome when the raw response closed. The control plane merges the parts of both gateways by `requestId`.
 */
export const AUDIT_PART = wireType(
  Type.Object({
    phase: oneOf('intent', 'outcome'),
    requestId: text,
    role,
    /** Registry name and `host[:port]` of the gateway that wrote it. */
    gateway: text,
    gatewayHost: text,
    /** When the request came in. */
    timestamp: utcTime,
    user: textOrNull,
    server: text,
    tool: textOrNull,
    /** JSON-RPC method, or the HTTP method where there is no body. */
    method: textOrNull,
    /** `host[:port]` of the handling gateway, if the server is known. */
    handlingGateway: textOrNull,
    /** `host[:port]` of the entry gateway; the hop's issuer where `role` is handling. */
    entryGateway: textOrNull,
    /** 1 if the request was sent over a hop, or came over one; 0 also where it was refused before that. */
    proxyHops: Type.Integer({ minimum: 0, maximum: 1, allowed: '0, 1' }),
    status,
    decision: oneOf('allow', 'deny', null),
    policy: textOrNull,
    reason: textOrNull,
    /** The failing hop, such as `aws->azure`. */
    hop: textOrNull,
    httpStatus: orNull(wholeNumber),
    revision: wholeNumber,
    traceId: textOrNull,
    client: textOrNull,
    /** Milliseconds from the first byte in to the close of the response. */
    totalMs: orNull(milliseconds),
    /** Milliseconds waiting for the next hop: the remote gateway at the entry, the MCP server at the handling gateway. */
    nextHopMs: orNull(milliseconds),
    bytesIn: wholeNumber,
    bytesOut: wholeNumber,
    /** Set: the part is no request of its own but stands for many that were refused. */
    refusals: Type.Optional(refusals),
  }),
);
export type AuditPart = WireValue<typeof AUDIT_PART>;

/** Outcome of an agent's request. `unknown`: a gateway died between forwarding and the outcome. */
export type AuditStatus = AuditPart['status'];

export type GatewayRole = AuditPart['role'];

/** How a request ended; everything that an outcome knows more than its intent. */
export type AuditEnding = Pick<
  AuditPart,
  'status' | 'reason' | 'hop' | 'httpStatus' | 'totalMs' | 'nextHopMs' | 'bytesIn' | 'bytesOut'
>;

/** What is known of a request before it leaves the gateway; the same in its intent and in its outcome. */
export type AuditFacts = Omit<AuditPart, 'phase' | keyof AuditEnding>;

/** Most parts of one batch. */
export const MAX_BATCH_RECORDS = 500;

const boot = pattern(/^[\x20-\x7e]{1,256}$/, `1 to ${MAX_TEXT} printable ASCII characters`);

/** A part with its place in the spool of one process: (replica, boot, seq) identify it for ever. */
const spooledPart = Type.Object({
  seq: wholeNumber,
  /**
   * `seq` of an earlier record of the same boot that says nothing more than this one: of an outcome, its intent; of an
   * intent, its earlier copy. A gateway does not send a record that another one of the same batch replaces.
   */
  replaces: Type.Optional(wholeNumber),
  part: AUDIT_PART.schema,
});

/** Body of `POST /internal/v1/audit`: parts of one boot, in order of `seq`. */
export const AUDIT_BATCH = wireType(
  Type.Object({
    /** Names the process whose spool the parts are from. */
    boot,
    records: Type.Array(spooledPart, { minItems: 1, maxItems: MAX_BATCH_RECORDS }),
  }),
);
export type AuditBatch = WireValue<typeof AUDIT_BATCH>;
export type SpooledPart = AuditBatch['records'][number];

/** Answer: everything up to and including `seq` is stored; the spool may drop it. */
export const AUDIT_RECEIPT = wireType(Type.Object({ boot, seq: wholeNumber }));
export type AuditReceipt = WireValue<typeof AUDIT_RECEIPT>;
