import type { ConfigGateway } from '#libs/contract';
import { SnapshotStore } from '#libs/snapshot';
import { UrlDialer } from '../../../libs/routing/src/next-hop/url.dialer.js';
import { gateway } from '../../support/config-items.js';
import { gatewayDialerContract } from '../../support/seams/gateway-dialer.contract.js';

gatewayDialerContract('UrlDialer', async () => {
  const dialer = new UrlDialer(new SnapshotStore());
  return {
    dialer,
    register: async (name, url) => JSON.parse(gateway(name, { url }).body) as ConfigGateway,
    close: () => dialer.onApplicationShutdown(),
  };
});
