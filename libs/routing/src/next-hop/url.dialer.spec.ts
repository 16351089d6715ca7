import { describe, expect, it } from 'vitest';
import { type ConfigGateway, type ConfigItem } from '#libs/contract';
import { applyChanges, Snapshot, SnapshotStore } from '#libs/snapshot';
import { gateway } from '../../../../test/support/config-items.js';
import { UrlDialer } from './url.dialer.js';

const configOf = ({ body }: ConfigItem): ConfigGateway => JSON.parse(body) as ConfigGateway;

describe('UrlDialer', () => {
  it('prefers the hop URL of a gateway', () => {
    const sut = new UrlDialer(new SnapshotStore());
    const peer = gateway('azure', { hopUrl: 'https://hop.example.com:8443/azure' });
    const { origin, path } = sut.dial(configOf(peer), '/api');
    expect([origin, path]).toEqual(['https://hop.example.com:8443', '/azure/api']);
  });

  it('keeps the connections of a gateway until it is no longer registered', () => {
    const store = new SnapshotStore();
    const sut = new UrlDialer(store);
    const azure = gateway('azure');
    const changes = [{ op: 'put' as const, ...azure }];
    const { dispatcher } = sut.dial(configOf(azure), '/');
    store.replace(applyChanges(Snapshot.EMPTY, { epoch: 1, revision: 1, changes }));
    expect(sut.dial(configOf(azure), '/').dispatcher).toBe(dispatcher);
    store.replace(Snapshot.EMPTY);
    expect(sut.dial(configOf(azure), '/').dispatcher).not.toBe(dispatcher);
  });
});
