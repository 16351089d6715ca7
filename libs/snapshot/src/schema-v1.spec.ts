import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ConfigItem } from '#libs/contract';
import { Snapshot } from './snapshot.js';
import { SnapshotBuilder } from './snapshot-builder.js';

/** Frozen: clouds do not upgrade in lockstep, so what version 1 wrote must be read by every later version. */
const FIXTURE = new URL('../../../test/fixtures/schema-v1/snapshot.ndjson', import.meta.url);
const DIGEST = 'sha256:6eb91f270023f7b078bd4b03d229b75f8d6dc9aec6539381e82189e8a140e865';

const frozen = (): ConfigItem[] =>
  readFileSync(FIXTURE, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ConfigItem);

const byKey = (a: ConfigItem, b: ConfigItem): number => a.key.localeCompare(b.key);

async function load(entities: ConfigItem[], digest: string): Promise<Snapshot> {
  const sut = new SnapshotBuilder();
  for (const entity of entities) sut.add(entity);
  return sut.finish({ epoch: 1, revision: 7, digest });
}

describe('a snapshot of schema version 1', () => {
  it('has the digest that version 1 signed', async () => {
    await expect(load(frozen(), DIGEST)).resolves.toMatchObject({ revision: 7, digest: DIGEST });
  });

  it('keeps its meaning', async () => {
    const sut = await load(frozen(), DIGEST);
    expect(sut.server('mcp-m365')?.handlers[0]?.gateway).toBe('azure');
    expect(sut.gateway('azure')?.hopUrl).toBe('https://azure-hop.example.com:8443');
    expect(sut.minRevision('mcp-m365')).toBe(4);
    expect(sut.user('alice@example.com')?.groups).toEqual(['finance']);
    expect(sut.policies.lookup(['group:finance'], 'mcp-m365').map((policy) => policy.name)).toEqual([
      'finance-calendar',
    ]);
  });

  it('is handed on byte for byte', async () => {
    const sut = await load(frozen(), DIGEST);
    expect([...sut.entities()].sort(byKey)).toEqual(frozen().sort(byKey));
  });
});
