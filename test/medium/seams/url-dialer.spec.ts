import { SnapshotStore } from '#libs/snapshot';
import { EgressGuard } from '../../../libs/routing/src/next-hop/egress-guard.js';
import { OwnServices } from '../../../libs/routing/src/next-hop/own-services.js';
import { UrlDialer } from '../../../libs/routing/src/next-hop/url.dialer.js';
import { entityOf, gateway } from '../../support/config-items.js';
import { gatewayDialerContract } from '../../support/seams/gateway-dialer.contract.js';

gatewayDialerContract('UrlDialer', async () => {
  const services = new OwnServices({ ownServices: [] });
  const guard = new EgressGuard({ allowedNetworks: ['127.0.0.0/8'] }, services);
  const dialer = new UrlDialer(new SnapshotStore(), guard);
  return {
    dialer,
    register: async (name, url) => entityOf('gateway', gateway(name, { url })),
    close: async () => {
      services.onApplicationShutdown();
      await dialer.onApplicationShutdown();
    },
  };
});
