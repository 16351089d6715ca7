import { Inject, Injectable } from '@nestjs/common';
import { OWN_GATEWAY, type OwnGateway } from '#libs/request';
import { SnapshotStore } from '#libs/snapshot';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../../../settings/settings.js';

const DEFAULT_PORT: Record<string, string> = { 'http:': ':80', 'https:': ':443' };

/** `Host` values that mean this URL: with the default port and without it. */
function hostsOf(url: string): string[] {
  const { host, port, protocol } = new URL(url);
  return port === '' ? [host, host + (DEFAULT_PORT[protocol] ?? '')] : [host];
}

/** Names under which this gateway may be addressed; any other could be a rebound one (DNS rebinding). */
@Injectable()
export class AllowedHosts {
  private readonly fixed: ReadonlySet<string>;
  private readonly ofHopUrl = new Map<string, readonly string[]>();

  constructor(
    @Inject(GATEWAY_SETTINGS) settings: GatewaySettings,
    @Inject(OWN_GATEWAY) private readonly own: OwnGateway,
    private readonly store: SnapshotStore,
  ) {
    this.fixed = new Set([...hostsOf(settings.url), ...settings.allowedHosts.map((h) => h.toLowerCase())]);
  }

  has(host: string | undefined): boolean {
    const name = (host ?? '').toLowerCase();
    return this.fixed.has(name) || this.hopHosts().includes(name);
  }

  private hopHosts(): readonly string[] {
    const hopUrl = this.own.name === null ? null : this.store.current?.gateway(this.own.name)?.hopUrl;
    if (hopUrl === null || hopUrl === undefined) return [];
    let hosts = this.ofHopUrl.get(hopUrl);
    if (hosts === undefined) {
      this.ofHopUrl.clear();
      this.ofHopUrl.set(hopUrl, (hosts = hostsOf(hopUrl)));
    }
    return hosts;
  }
}
