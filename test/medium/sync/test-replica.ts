import { generateKeyPairSync, hash, randomUUID, verify, createPublicKey, type KeyObject } from 'node:crypto';
import {
  controlPlaneAudience,
  REPLICA_TYPE,
  type DeltaClaims,
  type EnrolAnswer,
  type EnrolRequest,
  type HeadClaims,
  type Heartbeat,
  type PollAnswer,
  type ConfigItem,
  type ReplicaClaims,
  type SnapshotPreamble,
  type Version,
} from '#libs/contract';
import { CompactSign } from 'jose';

export interface Forgery {
  claims?: Partial<ReplicaClaims>;
  header?: Record<string, unknown>;
  key?: KeyObject;
  /** Sent in place of the path or body that was signed. */
  path?: string;
  body?: string;
}

export const NOWHERE: Version = { epoch: 0, revision: 0, digest: '' };

/** A small, independent replica. It verifies everything with node:crypto before it believes it. */
export class TestReplica {
  private constructor(
    private baseUrl: string,
    readonly enrolment: EnrolAnswer,
    readonly privateKey: KeyObject,
  ) {}

  static async enrol(baseUrl: string, gateway: string, joinToken: string): Promise<TestReplica> {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const x = String(publicKey.export({ format: 'jwk' }).x);
    const request = enrolRequest(joinToken, `https://${gateway}.example.com`, x);
    const response = await postEnrol(baseUrl, request);
    if (response.status !== 200)
      throw new Error(`enrolment: ${response.status} ${JSON.stringify(response.body)}`);
    return new TestReplica(baseUrl, response.body as EnrolAnswer, privateKey);
  }

  /** Sends its requests to another control replica from now on. */
  moveTo(baseUrl: string): void {
    this.baseUrl = baseUrl;
  }

  async assertion(method: string, path: string, body: string, forgery: Forgery = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const claims: ReplicaClaims = {
      iss: this.enrolment.replicaId,
      aud: controlPlaneAudience(this.enrolment.deploymentId),
      htm: method,
      htu: path,
      bh: hash('sha256', body, 'base64url'),
      jti: randomUUID(),
      iat: now,
      exp: now + 30,
      ...forgery.claims,
    };
    return new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({
        alg: 'EdDSA',
        typ: REPLICA_TYPE,
        kid: this.enrolment.replicaId,
        ...forgery.header,
      })
      .sign(forgery.key ?? this.privateKey);
  }

  async request(method: string, path: string, body?: unknown, forgery: Forgery = {}): Promise<Response> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const assertion = await this.assertion(method, path, text, forgery);
    const sent = forgery.body ?? text;
    return fetch(`${this.baseUrl}${forgery.path ?? path}`, {
      method,
      headers: {
        authorization: `Bearer ${assertion}`,
        ...(sent !== '' && { 'content-type': 'application/json' }),
      },
      ...(sent !== '' && { body: sent }),
    });
  }

  async get<T>(path: string): Promise<T> {
    const response = await this.request('GET', path);
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  async poll(
    at: Version,
    waitSeconds = 0,
  ): Promise<{ head: HeadClaims; deltas: DeltaClaims[]; resync: boolean }> {
    const query = `epoch=${at.epoch}&since=${at.revision}&digest=${encodeURIComponent(at.digest)}`;
    const answer = await this.get<PollAnswer>(`/internal/v1/config?${query}&wait=${waitSeconds}`);
    return {
      head: this.head(answer.head),
      deltas: answer.deltas.map((jws) => this.delta(jws)),
      resync: answer.resync,
    };
  }

  async snapshot(): Promise<{ head: HeadClaims; preamble: SnapshotPreamble; entities: ConfigItem[] }> {
    const response = await this.request('GET', '/internal/v1/snapshot');
    const [first = '', ...rest] = (await response.text()).trimEnd().split('\n');
    const preamble = JSON.parse(first) as SnapshotPreamble;
    const entities = rest.map((line) => JSON.parse(line) as ConfigItem);
    return { head: this.head(preamble.head), preamble, entities };
  }

  async heartbeat(position: Version, more: Partial<Heartbeat> = {}): Promise<Response> {
    const heartbeat: Heartbeat = {
      ...position,
      appliedAt: new Date().toISOString(),
      version: '0.1.0',
      schemaVersion: 1,
      uptimeSeconds: 1.5,
      connection: 'https',
      rejected: null,
      head: null,
      tombstones: null,
      metrics: null,
      servers: [],
      ...more,
    };
    return this.request('POST', '/internal/v1/heartbeat', heartbeat);
  }

  head(jws: string): HeadClaims {
    return this.verified(jws) as HeadClaims;
  }

  delta(jws: string): DeltaClaims {
    return this.verified(jws) as DeltaClaims;
  }

  /** @throws Error if no key of the enrolment has signed it. */
  private verified(jws: string): unknown {
    const [header = '', payload = '', signature = ''] = jws.split('.');
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
    const known = this.enrolment.signingKeys.find((key) => key.kid === kid);
    if (known === undefined) throw new Error(`signed with ${kid}, which is not known`);
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: known.x }, format: 'jwk' });
    const signed = Buffer.from(`${header}.${payload}`);
    if (!verify(null, signed, key, Buffer.from(signature, 'base64url'))) throw new Error('bad signature');
    return JSON.parse(Buffer.from(payload, 'base64url').toString());
  }
}

export const enrolRequest = (joinToken: string, url: string, publicKey: string): EnrolRequest => ({
  joinToken,
  url,
  publicKey,
  version: '0.1.0',
  schemaVersion: 1,
});

export async function postEnrol(baseUrl: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${baseUrl}/internal/v1/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}
