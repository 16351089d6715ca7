import { DELTA_TYPE, HEAD_TYPE, type ConfigChange } from '#libs/contract';
import { Snapshot, SnapshotStore } from '#libs/snapshot';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gateway, policy, server, token } from '../../../../../../test/support/config-items.js';
import { ConfigSigner } from '../../../../../../test/support/config-signer.js';
import type { LastKnownGood } from '../../state/config/last-known-good.service.js';
import type { ReplicaIdentity } from '../../state/identity/replica-identity.js';
import { ConfigApplier } from './config-applier.service.js';
import { SyncState } from './sync-state.service.js';

/** Takes note of what it is told to keep. */
class NoDisk {
  readonly kept: string[] = [];
  replaced(): void {
    this.kept.push('snapshot');
  }
  applied(): void {
    this.kept.push('delta');
  }
  heard(): void {}
  revoked(): void {
    this.kept.push('revoked');
  }
}

const HASH = 'a'.repeat(64);
const put = (raw: ReturnType<typeof policy>): ConfigChange => ({ op: 'put', ...raw });
const CHANGES: ConfigChange[][] = [
  [put(gateway('aws'))],
  [put(server('mcp-a', 'aws'))],
  [put(token(HASH))],
  [put(policy('p'))],
  [{ op: 'delete', kind: 'policy', key: 'p' }],
  [put(policy('q'))],
];

const signer = new ConfigSigner();
let history: Snapshot[];
let deltas: string[];

beforeAll(async () => {
  Logger.overrideLogger(false);
  history = [Snapshot.EMPTY];
  deltas = [];
  for (const changes of CHANGES) {
    const { jws, snapshot } = await signer.delta(history.at(-1) ?? Snapshot.EMPTY, changes);
    history.push(snapshot);
    deltas.push(jws);
  }
});

let store: SnapshotStore;
let state: SyncState;
let disk: NoDisk;
let sut: ConfigApplier;

/** A replica that holds the snapshot after so many changes. */
function holding(revision: number): ConfigApplier {
  store = new SnapshotStore();
  state = new SyncState();
  disk = new NoDisk();
  const identity = {
    enrolment: {},
    signingKey: (kid: string) => (kid === signer.kid ? signer.x : undefined),
    announced: () => Promise.resolve(),
  };
  sut = new ConfigApplier(
    store,
    state,
    identity as unknown as ReplicaIdentity,
    disk as unknown as LastKnownGood,
  );
  const snapshot = history[revision];
  if (snapshot !== undefined) store.replace(snapshot);
  return sut;
}

const revision = (): number => store.current?.revision ?? 0;

/** Offers a well-signed change that does not pass the validator. @returns its JWS. */
async function poison(): Promise<string> {
  const held = history[1] ?? Snapshot.EMPTY;
  const bad = { op: 'put', kind: 'server', key: 'bad', body: '{}' };
  const jws = await signer.sign(DELTA_TYPE, {
    epoch: 1,
    revision: 2,
    previousDigest: held.digest,
    digest: 'sha256:poison',
    time: new Date().toISOString(),
    changes: [bad],
    revoked: [],
  });
  await expect(sut.offerDelta(jws)).resolves.toBe('refused');
  return jws;
}

describe('ConfigApplier', () => {
  beforeEach(() => holding(1));

  it('agrees with a model whatever is lost, repeated or reordered on the way', async () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: CHANGES.length - 1 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(arrivals, async (indexes) => {
        holding(1);
        let model = 1;
        await Promise.all(indexes.map((index) => sut.offerDelta(deltas[index] ?? '')));
        for (const index of indexes) if (index === model) model++;
        expect(revision()).toBe(model);
        expect(store.current?.digest).toBe(history[model]?.digest);
        expect(disk.kept).toEqual(Array.from({ length: model - 1 }, () => 'delta'));
      }),
      { numRuns: 50 },
    );
  });

  it('neither trusts nor reports anything before it has enrolled, since it knows no key', async () => {
    store = new SnapshotStore();
    state = new SyncState();
    const stranger = { enrolment: null } as unknown as ReplicaIdentity;
    sut = new ConfigApplier(store, state, stranger, new NoDisk() as unknown as LastKnownGood);
    await expect(sut.offerDelta(deltas[0] ?? '')).resolves.toBe('untrusted');
    expect(state.rejected).toBeNull();
  });

  it.each([
    ['applies the next', 1, 'held', 2],
    ['ignores an old one', 0, 'held', 1],
    ['reports a gap', 3, 'gap', 1],
  ])('%s', async (_, index, outcome, after) => {
    await expect(sut.offerDelta(deltas[index] ?? '')).resolves.toBe(outcome);
    expect(revision()).toBe(after);
  });

  it('refuses a delta that another key has signed', async () => {
    const other = await new ConfigSigner().delta(history[1] ?? Snapshot.EMPTY, [put(policy('evil'))]);
    await expect(sut.offerDelta(other.jws)).resolves.toBe('untrusted');
    expect(revision()).toBe(1);
    expect(state.rejected?.reason).toBe('signature_invalid');
  });

  it('refuses a head that is offered as a delta, and an unsigned one', async () => {
    const claims = { epoch: 1, revision: 2, digest: 'x', time: new Date().toISOString(), revoked: [] };
    const head = await signer.sign(HEAD_TYPE, claims);
    const none = `${Buffer.from('{"alg":"none","kid":"k1"}').toString('base64url')}.e30.`;
    await expect(sut.offerDelta(head)).resolves.toBe('untrusted');
    await expect(sut.offerDelta(none)).resolves.toBe('untrusted');
    await expect(sut.offerHead(deltas[1] ?? '', 'nats')).resolves.toBeNull();
  });

  it('does not let a forged statement hide that a change is refused', async () => {
    await poison();
    await sut.offerDelta('forged');
    expect(state.rejected?.reason).toBe('snapshot_invalid');
  });

  it('keeps the old snapshot when a change is invalid, and is healed by a later one', async () => {
    await poison();
    expect(revision()).toBe(1);
    expect(state.rejected).toMatchObject({ revision: 2, reason: 'snapshot_invalid' });
    expect(state.refused).toMatchObject({ revision: 2, digest: 'sha256:poison' });
    await expect(sut.offerDelta(deltas[2] ?? '')).resolves.toBe('gap');
    const newest = history[3] ?? Snapshot.EMPTY;
    const head = await sut.verifiedHead(await signer.head(newest));
    if (head !== null) await sut.adopt(newest, head, []);
    expect(revision()).toBe(3);
    expect(state.rejected).toBeNull();
    expect(state.refused).toBeNull();
  });

  it('does not look at a refused change twice', async () => {
    const jws = await poison();
    const first = state.rejected;
    await expect(sut.offerDelta(jws)).resolves.toBe('refused');
    expect(state.rejected).toBe(first);
  });

  it('revokes at once, whatever the gap', async () => {
    const revoked = [{ hash: HASH, until: null }];
    await sut.offerHead(await signer.head(history[5] ?? Snapshot.EMPTY, { revoked }), 'nats');
    expect(revision()).toBe(1);
    expect(store.isRevoked(HASH)).toBe(true);
  });

  it('does not believe the revocations of an earlier epoch or of another key', async () => {
    const revoked = [{ hash: HASH, until: null }];
    await sut.offerHead(await signer.head(history[1] ?? Snapshot.EMPTY, { epoch: 0, revoked }), 'nats');
    await sut.offerHead(await new ConfigSigner().head(history[1] ?? Snapshot.EMPTY, { revoked }), 'nats');
    expect(store.isRevoked(HASH)).toBe(false);
  });

  it('never goes back, neither by a head nor by a full load', async () => {
    holding(4);
    const lower = history[2] ?? Snapshot.EMPTY;
    const head = await sut.verifiedHead(await signer.head(lower));
    await expect(sut.offerHead(await signer.head(lower), 'https')).resolves.toBe('regression');
    if (head !== null) await sut.adopt(lower, head, []);
    expect(revision()).toBe(4);
  });

  it('follows a higher epoch to whatever revision it names, and keeps its tombstones', async () => {
    holding(4);
    store.revoke([{ hash: HASH, until: null }]);
    const { parts, digest } = history[2] ?? Snapshot.EMPTY;
    const restored = new Snapshot(2, 2, digest, parts);
    const head = await sut.verifiedHead(await signer.head(restored));
    if (head !== null) await sut.adopt(restored, head, []);
    expect(store.current).toBe(restored);
    expect(store.isRevoked(HASH)).toBe(true);
  });

  it('does not count a head of tomorrow as fresh for ever', async () => {
    const time = new Date(Date.now() + 86_400_000).toISOString();
    await sut.offerHead(await signer.head(history[1] ?? Snapshot.EMPTY, { time }), 'nats');
    expect(store.headTime).toBeLessThanOrEqual(Date.now());
  });
});
