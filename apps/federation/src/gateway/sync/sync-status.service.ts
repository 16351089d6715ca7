import { SnapshotStore } from '#libs/snapshot';
import { Inject, Injectable } from '@nestjs/common';
import type { Readiness, ReadinessReport } from '../../ops/readiness.js';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../../settings/settings.js';
import { ReplicaIdentity } from '../state/identity/replica-identity.js';

/** Says whether this replica can serve: it has enrolled, and its configuration is complete and not too old. */
@Injectable()
export class SyncStatus implements Readiness {
  constructor(
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
    private readonly identity: ReplicaIdentity,
    private readonly store: SnapshotStore,
  ) {}

  check(): ReadinessReport {
    const reasons: string[] = [];
    if (this.identity.enrolment === null) reasons.push('this replica has not enrolled yet');
    if (this.store.loss !== null) reasons.push(`config_damaged: ${this.store.loss}`);
    else if (this.store.current === null) reasons.push('config_missing: there is no configuration yet');
    else if (this.store.isStale(this.settings.maxStalenessSeconds))
      reasons.push('config_stale: the newest head is older than MAX_STALENESS_SECONDS');
    return { ready: reasons.length === 0, reasons };
  }
}
