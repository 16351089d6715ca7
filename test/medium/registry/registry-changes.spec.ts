import {
  EMPTY_DIGEST,
  rootDigest,
  bucketHash,
  bucketOf,
  entityHash,
  entityId,
  BUCKETS,
  type ConfigChange,
} from '#libs/contract';
import {
  AuditRecord,
  CONFIG_HEAD_ID,
  ConfigEntity,
  ConfigHead,
  ConfigLog,
  Gateway,
  prepareDatabase,
  RegistryChanges,
  RegistryError,
  registryDataSourceOptions,
  RestoreWatch,
  type ChangeTransaction,
} from '#libs/registry';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../support/postgres.js';

const ACTION = { actor: 'admin', action: 'policy.create', resource: 'policies/p' };
const policy = (name: string) => ({
  name,
  effect: 'allow' as const,
  subjects: ['authenticated'],
  servers: ['*'],
  tools: null,
  methods: null,
  gateways: null,
});

let dataSource: DataSource;
let sut: RegistryChanges;

beforeEach(async () => {
  dataSource = await prepareDatabase(
    new DataSource(registryDataSourceOptions(await freshDatabase(), () => undefined)),
  );
  sut = new RegistryChanges(dataSource);
});
afterEach(() => dataSource.destroy());

const head = (): Promise<ConfigHead> =>
  dataSource.manager.findOneByOrFail(ConfigHead, { id: CONFIG_HEAD_ID });
const put = (name: string) => (change: ChangeTransaction) =>
  Promise.resolve(change.put('policy', name, policy(name)));

async function failHalfway(change: ChangeTransaction): Promise<void> {
  const stamps = { createdAt: change.time, updatedAt: change.time, revision: change.revision };
  const url = 'https://x.example.com';
  await change.manager.insert(Gateway, {
    name: 'x',
    url,
    identity: url,
    hopUrl: null,
    labels: {},
    incarnation: 'i',
    ...stamps,
  });
  await change.revoke('0'.repeat(64), null);
  throw new Error('halfway');
}

const putInvalid = (change: ChangeTransaction): Promise<void> =>
  Promise.resolve(change.put('policy', 'p', { ...policy('p'), tools: [] }));

const proof = (revision: number, digest = 'sha256:other') => ({
  epoch: 1,
  revision,
  digest,
  replica: 'r-1',
  revoked: [],
  at: '2026-12-01T00:00:00.000Z',
});

/** The digest computed from scratch, by nothing but the contract. */
function digestOf(entities: { kind: string; key: string; body: string }[]): string {
  const byBucket = Map.groupBy(entities, ({ kind, key }) => bucketOf(entityId(kind, key)));
  const hashes = Array.from({ length: BUCKETS }, (_, i) =>
    bucketHash((byBucket.get(i) ?? []).map((e) => [entityId(e.kind, e.key), entityHash(e)] as const)),
  );
  return rootDigest(hashes);
}

describe('RegistryChanges', () => {
  it('gives parallel writers gapless revisions, each with the digest of the one before and of all entities', async () => {
    const writers = Array.from({ length: 20 }, async (_, writer) => {
      for (let i = 0; i < 5; i++) {
        if (i === 4) await sut.change(ACTION, async (change) => change.delete('policy', `p-${writer}-0`));
        else await sut.change(ACTION, put(`p-${writer}-${i}`));
      }
    });
    await Promise.all(writers);
    const log = await dataSource.manager.find(ConfigLog, { order: { revision: 'ASC' } });
    expect(log.map((row) => row.revision)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(log.map((row) => row.previousDigest)).toEqual([
      EMPTY_DIGEST,
      ...log.slice(0, -1).map((row) => row.digest),
    ]);
    const entities = await dataSource.manager.find(ConfigEntity);
    expect(entities).toHaveLength(60);
    expect(await head()).toMatchObject({ epoch: 1, revision: 100, digest: digestOf(entities) });
    expect(await dataSource.manager.countBy(AuditRecord, { kind: 'admin', status: 'success' })).toBe(100);
  });

  it('logs changes that replay to the stored entities', async () => {
    for (const name of ['a', 'b', 'c']) await sut.change(ACTION, put(name));
    await sut.change(ACTION, async (change) => change.delete('policy', 'b'));
    const replayed = new Map<string, { kind: string; key: string; body: string }>();
    for (const { changes } of await dataSource.manager.find(ConfigLog, { order: { revision: 'ASC' } })) {
      for (const change of JSON.parse(changes) as ConfigChange[]) {
        if (change.op === 'delete') replayed.delete(change.key);
        else replayed.set(change.key, change);
      }
    }
    expect(digestOf([...replayed.values()])).toBe((await head()).digest);
    expect(JSON.parse(replayed.get('c')?.body ?? '')).toMatchObject({ name: 'c', revision: 3 });
  });

  it('rolls back a change that fails', async () => {
    await sut.change(ACTION, put('a'));
    const before = await head();
    await expect(sut.change(ACTION, failHalfway)).rejects.toThrow('halfway');
    expect(await head()).toEqual(before);
    expect(await dataSource.manager.count(Gateway)).toBe(0);
    expect(await dataSource.manager.count(ConfigLog)).toBe(1);
    expect((await sut.change(ACTION, put('b'))).revision).toBe(2);
  });

  it('refuses an entity that gateways would reject, before it is committed', async () => {
    await expect(sut.change(ACTION, putInvalid)).rejects.toMatchObject({
      kind: 'validation',
      more: { errors: [{ field: 'tools', seen: [] }] },
    });
    expect((await head()).revision).toBe(0);
  });

  it('keeps a revocation in the log and as a tombstone', async () => {
    const until = new Date('2027-01-01T00:00:00.000Z');
    await sut.change(ACTION, (change) => change.revoke('a'.repeat(64), until));
    const [row] = await dataSource.manager.find(ConfigLog);
    expect(JSON.parse(row?.revoked ?? '')).toEqual([{ hash: 'a'.repeat(64), until: until.toISOString() }]);
  });
});

describe('a restored backup', () => {
  it.each([
    ['a higher revision', () => proof(9), true],
    ['another digest for the newest revision', () => proof(2), true],
    ['another digest for an older revision', () => proof(1), true],
    ['the newest head itself', async () => proof(2, (await head()).digest), false],
  ])('compared with %s', async (_, given, suspected) => {
    await sut.change(ACTION, put('a'));
    await sut.change(ACTION, put('b'));
    expect(await new RestoreWatch(dataSource).markRestoreSuspected(await given())).toBe(suspected);
    expect((await head()).restoreSuspected !== null).toBe(suspected);
  });

  it('refuses changes until it is acknowledged, then moves past the proven revision in a new epoch', async () => {
    await sut.change(ACTION, put('a'));
    const watch = new RestoreWatch(dataSource);
    await watch.markRestoreSuspected(proof(9));
    await watch.markRestoreSuspected(proof(4));
    await expect(sut.change(ACTION, put('b'))).rejects.toMatchObject({ kind: 'restore-pending' });
    const receipt = await sut.acknowledgeRestore(ACTION, (change) => change.revoke('b'.repeat(64), null));
    expect(receipt).toMatchObject({ epoch: 2, revision: 10 });
    expect((await sut.change(ACTION, put('b'))).revision).toBe(11);
    await expect(sut.acknowledgeRestore(ACTION, () => Promise.resolve())).rejects.toBeInstanceOf(
      RegistryError,
    );
  });
});

describe('prepareDatabase', () => {
  it('lets several control planes boot on an empty database at once', async () => {
    const url = await freshDatabase();
    const options = registryDataSourceOptions(url, () => undefined);
    const boots = await Promise.all([1, 2, 3, 4].map(() => prepareDatabase(new DataSource(options))));
    expect(await boots[0]?.manager.count(ConfigHead)).toBe(1);
    await Promise.all(boots.map((each) => each.destroy()));
  });
});
