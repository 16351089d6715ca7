import { SnapshotStore } from '#libs/snapshot';
import { Inject, Injectable } from '@nestjs/common';
import type { Readiness, ReadinessReport } from '../../ops/readiness.js';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../../settings/settings.js';
import { ReplicaIdentity } from '../state/identity/replica-identity.js';
import { SyncState } from './config/sync-state.service.js';

/** How this replica stands with its configuration; readiness of a gateway rests on it. */
@Injectable()
export class SyncStatus implements Readiness {
  constructor(
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
    private readonly identity: ReplicaIdentity,
    private readonly store: SnapshotStore,
    readonly state: SyncState,
  ) {}

  /** Registry name of this gateway, or null until the replica has enrolled. */
  get gateway(): string | null {
    return this.identity.gateway;
  }

  /** Age of the newest accepted head, seconds; infinite without one. */
  get stalenessSeconds(): number {
    return this.store.staleness() / 1000;
  }

  /** True if requests must be refused with `config_stale`. */
  get stale(): boolean {
    const { maxStalenessSeconds } = this.settings;
    return maxStalenessSeconds > 0 && this.stalenessSeconds > maxStalenessSeconds;
  }

  check(): ReadinessReport {
    const reasons: string[] = [];
    if (this.gateway === null) reasons.push('this replica has not enrolled yet');
    if (this.store.current === null) reasons.push('config_missing: there is no configuration yet');
    else if (this.stale) reasons.push('config_stale: the newest head is older than MAX_STALENESS_SECONDS');
    return { ready: reasons.length === 0, reasons };
  }
}
