import { FormatRegistry, Type, type Static, type TSchema } from '@sinclair/typebox';
import { isHttpUrl } from '../http-url.js';
import { NAME_RULES, type NameKind } from '../names.js';
import { isUtcTime } from '../time.js';

/** The fields that wire types are made of. `allowed` is what an error says about a value that is not accepted. */

const HTTP_URL = 'causeway-http-url';
const UTC_TIME = 'causeway-utc-time';
FormatRegistry.Set(HTTP_URL, isHttpUrl);
FormatRegistry.Set(UTC_TIME, isUtcTime);

/** What PostgreSQL keeps in an `int` column. */
const MAX_INT = 2 ** 31 - 1;

export const allowedBy = (schema: TSchema): string => String(schema['allowed']);

export const text = (pattern: RegExp, allowed: string) => Type.String({ pattern: pattern.source, allowed });
export const name = (kind: NameKind) => text(NAME_RULES[kind].pattern, NAME_RULES[kind].allowed);

/** One of some words or numbers; null may be among them. */
export const oneOf = <const T extends readonly (string | number | null)[]>(...values: T) =>
  Type.Unsafe<T[number]>(
    Type.Union(
      values.map((value) => (value === null ? Type.Null() : Type.Literal(value))),
      { allowed: values.join(', ') },
    ),
  );

export const orNull = <T extends TSchema>(schema: T) =>
  Type.Union([schema, Type.Null()], { allowed: `${allowedBy(schema)}, or null` });

/** A list that is reported as a whole. */
export const listOf = <T extends TSchema>(item: T) =>
  Type.Array(item, { allowed: `a list of ${allowedBy(item)}` });
export const filledListOf = <T extends TSchema>(item: T) =>
  Type.Array(item, { minItems: 1, allowed: `a non-empty list of ${allowedBy(item)}` });

export const filledText = Type.String({ minLength: 1, allowed: 'a non-empty string' });
export const boolean = Type.Boolean({ allowed: 'true or false' });
export const httpUrl = Type.String({
  format: HTTP_URL,
  allowed: 'an absolute http or https URL without credentials or fragment',
});
export const utcTime = Type.String({ format: UTC_TIME, allowed: 'an RFC 3339 time in UTC' });

export const natural = Type.Integer({ minimum: 0, maximum: MAX_INT, allowed: 'an integer, 0 or more' });
export const positive = Type.Integer({ minimum: 1, maximum: MAX_INT, allowed: 'a positive integer' });
/** A whole number that may exceed what an `int` column holds. */
export const wholeNumber = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  allowed: 'a whole number, 0 or more',
});
export const milliseconds = Type.Number({ minimum: 0, allowed: 'milliseconds' });
export const positiveMilliseconds = Type.Number({ exclusiveMinimum: 0, allowed: 'positive milliseconds' });

export const sha256Hex = text(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hex');
export const digest = text(/^[\x20-\x7e]{0,128}$/, 'a digest');
export const compactJws = text(/^[\w.-]{1,262144}$/, 'a compact JWS');
/** 32 bytes: an Ed25519 public key (JWK `x`, RFC 8037 §2) or a symmetric key. */
export const key32 = text(/^[A-Za-z0-9_-]{43}$/, '32 bytes in base64url');
export const softwareVersion = text(/^[\x20-\x7e]{1,64}$/, 'a version of at most 64 characters');

/** A revoked token: refused whatever a snapshot says, until the token would have expired anyway. */
export const revocation = Type.Object(
  {
    /** SHA-256 of the token, lower-case hex. */
    hash: sha256Hex,
    /** RFC 3339 UTC; null: for ever. */
    until: orNull(utcTime),
  },
  { allowed: '{hash, until}' },
);
export type Revocation = Static<typeof revocation>;

/** Fields of a {@link Version}. */
export const versionFields = { epoch: natural, revision: natural, digest };
