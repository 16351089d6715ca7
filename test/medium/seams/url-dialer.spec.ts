import { SnapshotStore } from '#libs/snapshot';
import { UrlDialer } from '../../../libs/routing/src/next-hop/url.dialer.js';
import { entityOf, gateway } from '../../support/config-items.js';
import { gatewayDialerContract } from '../../support/seams/gateway-dialer.contract.js';

gatewayDialerContract('UrlDialer', async () => {
  const dialer = new UrlDialer(new SnapshotStore());
  return {
    dialer,
    register: async (name, url) => entityOf('gateway', gateway(name, { url })),
    close: () => dialer.onApplicationShutdown(),
  };
});
