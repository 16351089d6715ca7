import { mintToken } from '#libs/contract';
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { freshDatabase } from '../../support/postgres.js';
import { ControlPlane } from './control-plane.js';
import { enrolRequest, NOWHERE, postEnrol, TestReplica, type Forgery } from './test-replica.js';

const X = 'x'.repeat(43);
const now = (): number => Math.floor(Date.now() / 1000);

let control: ControlPlane;
let aws: TestReplica;
let azure: TestReplica;
let awsToken: string;

beforeAll(async () => {
  control = await ControlPlane.start(await freshDatabase());
  awsToken = await control.gateway('aws');
  aws = await TestReplica.enrol(control.url, 'aws', awsToken);
  azure = await control.replica('azure');
});
afterAll(() => control.close());

describe('POST /internal/v1/enrol', () => {
  it('answers with the gateway, the replica and the keys to trust', () => {
    expect(aws.enrolment).toMatchObject({ gateway: 'aws', deploymentId: azure.enrolment.deploymentId });
    expect(aws.enrolment.signingKeys).toHaveLength(2);
    expect(aws.enrolment.replicaId).not.toBe(azure.enrolment.replicaId);
  });

  it.each([
    ['another spelling of the registered URL', 'HTTPS://AWS.example.com:443/', 200],
    ['another URL', 'https://azure.example.com', 409],
  ])('answers a join token with %s', async (_, url, status) => {
    const answer = await postEnrol(control.url, enrolRequest(awsToken, url, X));
    expect(answer.status).toBe(status);
  });

  it('gives the same replica again when it enrols a second time with the same key', async () => {
    const request = enrolRequest(awsToken, 'https://aws.example.com', 'y'.repeat(43));
    const [first, second] = [await postEnrol(control.url, request), await postEnrol(control.url, request)];
    expect(second.body).toEqual(first.body);
  });

  it.each([
    ['an unknown join token', mintToken('cwj_')],
    ['an access token', mintToken('cwy_')],
    ['text', 'letmein'],
  ])('refuses %s', async (_, token) => {
    const answer = await postEnrol(control.url, enrolRequest(token, 'https://aws.example.com', X));
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ type: 'urn:causeway:problem:unauthenticated' });
  });

  it('refuses a revoked and an expired join token', async () => {
    const made: { id: string; token: string }[] = [];
    for (const expiresInSeconds of [null, 1])
      made.push(await control.admin('POST', '/gateways/aws/join-tokens', { expiresInSeconds }));
    await control.admin('DELETE', `/gateways/aws/join-tokens/${made[0]?.id}`);
    const enrol = (token: string) =>
      postEnrol(control.url, enrolRequest(token, 'https://aws.example.com', X));
    expect((await enrol(made[0]?.token ?? '')).status).toBe(401);
    await eventually(async () => expect((await enrol(made[1]?.token ?? '')).status).toBe(401));
  });

  it('names every field that is wrong but does not show the join token', async () => {
    const body = { joinToken: awsToken, url: 'ftp://x', publicKey: 'short', version: '', schemaVersion: 0 };
    const answer = await postEnrol(control.url, body);
    expect(answer.status).toBe(422);
    const { errors } = answer.body as { errors: { field: string }[] };
    expect(errors.map(({ field }) => field)).toEqual(['url', 'publicKey', 'version', 'schemaVersion']);
    expect(JSON.stringify(answer.body)).not.toContain(awsToken);
  });
});

const ROUTES: [string, string][] = [
  ['GET', '/internal/v1/config'],
  ['GET', '/internal/v1/snapshot'],
  ['GET', '/internal/v1/bundle'],
  ['POST', '/internal/v1/heartbeat'],
];

describe('the routes of replicas', () => {
  it.each(ROUTES)(
    '%s %s refuses an administrator, and a request without credentials',
    async (method, path) => {
      for (const authorization of [
        '',
        'Bearer bootstrap-token-of-the-tests',
        `Bearer ${mintToken('cwy_')}`,
      ]) {
        const headers = { ...(authorization !== '' && { authorization }) };
        expect((await fetch(`${control.url}${path}`, { method, headers })).status).toBe(401);
      }
    },
  );

  it('accept a heartbeat with a field of a newer version', async () => {
    const answer = await aws.heartbeat(NOWHERE, { shoeSize: 43 } as object);
    expect(answer.status).toBe(200);
  });

  it('name the field of a heartbeat that is wrong', async () => {
    const answer = await aws.heartbeat(NOWHERE, { revision: -1 });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ errors: [{ field: 'revision', seen: -1 }] });
  });
});

/** What the fleet shows of a replica's clock. */
async function clockOf({ enrolment }: TestReplica): Promise<number> {
  const fleet = await control.admin('GET', '/fleet');
  const replicas = fleet.gateways.flatMap((gateway: { replicas: object[] }) => gateway.replicas);
  const found = replicas.find(({ id }: { id: string }) => id === enrolment.replicaId);
  return found.clockOffsetSeconds;
}

describe('a request that the replica has not signed as it arrives', () => {
  const path = '/internal/v1/bundle';
  const forgeries: [string, () => Forgery][] = [
    ['signed with another key', () => ({ key: generateKeyPairSync('ed25519').privateKey })],
    ["in the name of another gateway's replica", () => ({ header: { kid: azure.enrolment.replicaId } })],
    ['with the issuer of another replica', () => ({ claims: { iss: azure.enrolment.replicaId } })],
    ['of an unknown replica', () => ({ header: { kid: 'r-0' } })],
    ['for another path', () => ({ claims: { htu: '/internal/v1/snapshot' } })],
    ['for the path with another query', () => ({ path: `${path}?x=1` })],
    ['for another method', () => ({ claims: { htm: 'POST' } })],
    ['for another body', () => ({ claims: { bh: X } })],
    ['for another deployment', () => ({ claims: { aud: 'urn:causeway:control-plane:other' } })],
    ['of another type', () => ({ header: { typ: 'JWT' } })],
    ['from two minutes ago', () => ({ claims: { iat: now() - 120, exp: now() + 30 } })],
    ['that lives for an hour', () => ({ claims: { exp: now() + 3600 } })],
    ['that has expired', () => ({ claims: { iat: now() - 59, exp: now() - 61 } })],
    ['without a jti', () => ({ claims: { jti: '' } })],
  ];

  it.each(forgeries)('is refused: %s', async (_, forge) => {
    const answer = await aws.request('GET', path, undefined, forge());
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ type: 'urn:causeway:problem:unauthenticated' });
  });

  it.each([
    [312, /its clock is 31\d s ahead/],
    [-92, /its clock is 9\d s behind/],
  ])('is refused as signed at another time, which the fleet shows: %i s', async (offset, text) => {
    const skewed = await control.replica(`skewed${Math.abs(offset)}`);
    const claims = { iat: now() + offset, exp: now() + offset + 30 };
    const answer = await skewed.request('GET', path, undefined, { claims });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({
      type: 'urn:causeway:problem:clock-skew',
      detail: expect.stringMatching(text) as string,
    });
    expect(await clockOf(skewed)).toBeCloseTo(offset, -1);
    expect((await skewed.heartbeat(NOWHERE)).status).toBe(200);
    expect(Math.abs(await clockOf(skewed))).toBeLessThan(30);
  });

  it('is refused, and not taken for a clock that is off: a forged one of another time', async () => {
    const claims = { iat: now() - 300, exp: now() - 270 };
    const { privateKey } = generateKeyPairSync('ed25519');
    const answer = await aws.request('GET', path, undefined, { claims, key: privateKey });
    expect(await answer.json()).toMatchObject({ type: 'urn:causeway:problem:unauthenticated' });
    expect(await clockOf(aws)).not.toBeLessThan(-30);
  });

  it('is refused: a body that was changed on the way', async () => {
    const forgery = { body: JSON.stringify({ epoch: 99 }) };
    expect((await aws.request('POST', '/internal/v1/heartbeat', {}, forgery)).status).toBe(401);
  });

  it('is refused: a replay', async () => {
    const authorization = `Bearer ${await aws.assertion('GET', path, '')}`;
    const send = () => fetch(`${control.url}${path}`, { headers: { authorization } });
    expect((await send()).status).toBe(200);
    expect((await send()).status).toBe(401);
  });

  it('is refused: an unsecured JWS', async () => {
    const [, payload] = (await aws.assertion('GET', path, '')).split('.');
    const header = Buffer.from(
      JSON.stringify({ alg: 'none', typ: 'causeway-replica+jwt', kid: aws.enrolment.replicaId }),
    ).toString('base64url');
    const headers = { authorization: `Bearer ${header}.${payload}.` };
    expect((await fetch(`${control.url}${path}`, { headers })).status).toBe(401);
  });
});

describe('a replica whose gateway was deleted', () => {
  it('is refused from then on', async () => {
    const gone = await control.replica('gone');
    expect((await gone.request('GET', '/internal/v1/bundle')).status).toBe(200);
    await control.admin('DELETE', '/gateways/gone');
    await eventually(async () => {
      expect((await gone.request('GET', '/internal/v1/bundle')).status).toBe(401);
    });
    expect((await gone.heartbeat(NOWHERE)).status).toBe(401);
  });
});
