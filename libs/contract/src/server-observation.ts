import { Type, type Static } from '@sinclair/typebox';
import { name, orNull, positive, text, utcTime } from './wire/fields.js';

/** Protocol revisions of one MCP server that are kept, newest first. */
export const MAX_PROTOCOL_VERSIONS = 8;
/** Servers in one heartbeat; the others go with the next. */
export const MAX_OBSERVED_SERVERS = 1000;
/** Characters of what is told of a failure. */
export const MAX_FAILURE_DETAIL = 500;
/** Characters of the name, and of the version, that a server gives itself. */
export const MAX_SERVER_INFO = 200;

/** Text of a line that can be shown as it is. */
const line = (length: number) =>
  text(new RegExp(`^[^\\x00-\\x1f\\x7f-\\x9f]{0,${length}}$`), `at most ${length} printable characters`);

const failure = Type.Object(
  {
    at: utcTime,
    /** A reason of the catalogue; a gateway of another version may have another word for it. */
    reason: text(/^[a-z_]{1,64}$/, 'a reason'),
    /** How it failed, as the gateway's log has it. */
    detail: orNull(line(MAX_FAILURE_DETAIL)),
  },
  { allowed: '{at, reason, detail}' },
);
export type ServerFailure = Static<typeof failure>;

const serverInfo = Type.Object(
  { name: line(MAX_SERVER_INFO), version: line(MAX_SERVER_INFO) },
  { allowed: '{name, version}' },
);
/** What an MCP server calls itself. */
export type ServerInfo = Static<typeof serverInfo>;

/** A revision of MCP, which is a date. */
export const PROTOCOL_VERSION = /^\d{4}-\d{2}-\d{2}$/;

/** What real traffic has shown of an MCP server, as the gateway next to it saw it. */
export const serverObservation = Type.Object(
  {
    server: name('server'),
    /** Of the server's registration: what was seen under an earlier one says nothing about this one. */
    revision: positive,
    lastSuccessAt: orNull(utcTime),
    lastFailure: orNull(failure),
    /** As the server itself has told them. */
    protocolVersions: Type.Array(text(PROTOCOL_VERSION, 'a protocol revision'), {
      maxItems: MAX_PROTOCOL_VERSIONS,
      allowed: `a list of at most ${MAX_PROTOCOL_VERSIONS} protocol revisions`,
    }),
    serverInfo: orNull(serverInfo),
  },
  { allowed: '{server, revision, lastSuccessAt, lastFailure, protocolVersions, serverInfo}' },
);
export type ServerObservation = Static<typeof serverObservation>;
