import type { ConfigItem } from './config-items.js';

/** Types of the compact JWS strings (RFC 7515) that the control plane signs with Ed25519 (`alg: EdDSA`). */
export const HEAD_TYPE = 'causeway-head+jwt';
export const DELTA_TYPE = 'causeway-delta+jwt';
/** Type of the JWS by which a replica authenticates a request to the control plane. */
export const REPLICA_TYPE = 'causeway-replica+jwt';

/** A revoked token: refused whatever a snapshot says, until the token would have expired anyway. */
export interface Revocation {
  /** SHA-256 of the token, lower-case hex. */
  hash: string;
  /** RFC 3339 UTC; null: for ever. */
  until: string | null;
}

/** The signed statement of the newest revision. */
export interface HeadClaims {
  epoch: number;
  revision: number;
  digest: string;
  /** When it was signed, RFC 3339 UTC. Staleness counts from here. */
  time: string;
  /** The newest revocations, newest first, at most {@link MAX_HEAD_REVOCATIONS}. */
  revoked: Revocation[];
}

export const MAX_HEAD_REVOCATIONS = 500;

export type ConfigChange = ({ op: 'put' } & ConfigItem) | { op: 'delete'; kind: string; key: string };

/** One revision's change. It applies only to the snapshot whose digest is `previousDigest`. */
export interface DeltaClaims {
  epoch: number;
  revision: number;
  previousDigest: string;
  digest: string;
  time: string;
  changes: ConfigChange[];
  revoked: Revocation[];
}

/** A larger delta is announced by the head only and travels over HTTPS. Bytes of the JWS. */
export const MAX_NATS_DELTA_BYTES = 256 * 1024;

/** NATS subjects. Plain subjects under one prefix, so that an account can be limited to them. */
export const SUBJECTS = { delta: 'causeway.config.delta', head: 'causeway.config.head' } as const;

/** Answer of `GET /internal/v1/config?epoch=&since=&digest=&wait=`. */
export interface PollAnswer {
  /** The newest head, a JWS. */
  head: string;
  /** JWS of each revision after `since`, in order; empty if there is none or `resync` is set. */
  deltas: string[];
  /** The control plane cannot lead from where the caller stands: fetch `GET /internal/v1/snapshot`. */
  resync: boolean;
}

/** First line of the NDJSON answer of `GET /internal/v1/snapshot`; every further line is a {@link ConfigItem}. */
export interface SnapshotPreamble {
  /** The head whose digest the entities have, a JWS. */
  head: string;
  /** Every revocation whose token has not expired. */
  tombstones: Revocation[];
  /** Number of entity lines that follow. */
  entities: number;
}

/** Body of `POST /internal/v1/enrol`. */
export interface EnrolRequest {
  joinToken: string;
  /** The replica's GATEWAY_URL; anything but the registered URL is refused with 409. */
  url: string;
  /** The replica's Ed25519 public key, JWK `x`. */
  publicKey: string;
  version: string;
  schemaVersion: number;
}

export interface EnrolAnswer {
  gateway: string;
  replicaId: string;
  /** Audience of the replica's signed requests. */
  deploymentId: string;
  signingKeys: { kid: string; x: string }[];
}

/** Claims of a replica's signed request: `Authorization: Bearer <JWS>`, header `kid` = replica id. */
export interface ReplicaClaims {
  /** Replica id. */
  iss: string;
  /** `urn:causeway:control-plane:<deploymentId>`. */
  aud: string;
  /** HTTP method. */
  htm: string;
  /** Path with query, as sent. */
  htu: string;
  /** SHA-256 of the body as sent, base64url; of the empty string if there is none. */
  bh: string;
  jti: string;
  iat: number;
  exp: number;
}

/** Longest life of a replica's signed request and of a hop context, seconds. */
export const MAX_ASSERTION_SECONDS = 60;

export const controlPlaneAudience = (deploymentId: string): string =>
  `urn:causeway:control-plane:${deploymentId}`;

/** A change that a replica refused. The old snapshot stays; any later valid one heals it. */
export interface RejectedChange {
  revision: number;
  reason: 'snapshot_invalid' | 'config_regression' | 'signature_invalid' | 'digest_mismatch';
  detail: string;
  /** RFC 3339 UTC. */
  at: string;
}

/** Body of `POST /internal/v1/heartbeat`, sent every few seconds and at once after a change was applied. */
export interface Heartbeat {
  epoch: number;
  /** 0 while there is no snapshot. */
  revision: number;
  digest: string;
  appliedAt: string | null;
  version: string;
  schemaVersion: number;
  uptimeSeconds: number;
  /** How the newest head arrived. */
  connection: 'nats' | 'https' | 'none';
  rejected: RejectedChange | null;
  /** The newest head that this replica has accepted, a JWS: proof of a revision that a restored backup may lack. */
  head: string | null;
  /** Tombstones that the replica holds; sent only while it refuses a regression, so that no revocation is lost. */
  tombstones: Revocation[] | null;
  /** The seed's metrics, Prometheus text; null in heartbeats that skip them. */
  metrics: string | null;
}

export interface HeartbeatAnswer {
  /** The control plane's clock, RFC 3339 UTC. */
  time: string;
  /** The newest revision that the control plane knows. It is not signed: a reason to ask for it, nothing more. */
  epoch: number;
  revision: number;
}

/** A symmetric key of 32 bytes, base64url. */
export interface PairKey {
  /** Name of the gateway at the other end. */
  peer: string;
  generation: number;
  key: string;
}

/** Answer of `GET /internal/v1/bundle`: what only this gateway may know. */
export interface PrivateBundle {
  gateway: string;
  /** The generation to sign with. Keys of the one before and the one after are accepted too. */
  generation: number;
  /** Keys for hops that this gateway starts. */
  outbound: PairKey[];
  /** Keys for hops that this gateway accepts. */
  inbound: PairKey[];
  /**
   * Keys that bind an `Mcp-Session-Id` to its principal, the same for all replicas; the first, of the current
   * generation, is signed with, all are accepted.
   */
  session: { generation: number; key: string }[];
}
