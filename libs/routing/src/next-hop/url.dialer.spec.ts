import { describe, expect, it } from 'vitest';
import { Snapshot, SnapshotStore } from '#libs/snapshot';
import { entityOf, gateway, snapshotOf } from '../../../../test/support/config-items.js';
import { EgressGuard } from './egress-guard.js';
import { OwnServices } from './own-services.js';
import { UrlDialer } from './url.dialer.js';

function dialer(store: SnapshotStore): UrlDialer {
  const services = new OwnServices({ ownServices: [] });
  return new UrlDialer(store, new EgressGuard({ allowedNetworks: [] }, services));
}

describe('UrlDialer', () => {
  it('prefers the hop URL of a gateway', () => {
    const sut = dialer(new SnapshotStore());
    const peer = gateway('azure', { hopUrl: 'https://hop.example.com:8443/azure' });
    const { origin, path } = sut.dial(entityOf('gateway', peer), '/api');
    expect([origin, path]).toEqual(['https://hop.example.com:8443', '/azure/api']);
  });

  it('keeps the connections of a gateway until it is no longer registered', () => {
    const store = new SnapshotStore();
    const sut = dialer(store);
    const azure = gateway('azure');
    const { dispatcher } = sut.dial(entityOf('gateway', azure), '/');
    store.replace(snapshotOf([azure]));
    expect(sut.dial(entityOf('gateway', azure), '/').dispatcher).toBe(dispatcher);
    store.replace(Snapshot.EMPTY);
    expect(sut.dial(entityOf('gateway', azure), '/').dispatcher).not.toBe(dispatcher);
  });
});
