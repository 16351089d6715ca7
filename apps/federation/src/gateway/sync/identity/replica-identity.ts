import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../../../settings/settings.js';
import { readEnrolment, writeEnrolment, type Enrolment } from './enrolment.js';
import { loadReplicaKey, type ReplicaKey } from './replica-key.js';

/** Who this replica is: its key pair, and its enrolment once there is one. */
@Injectable()
export class ReplicaIdentity {
  private loadedKey: ReplicaKey | null = null;
  private current: Enrolment | null = null;

  constructor(@Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings) {}

  /** Reads the data directory; must be done before anything else is asked. */
  async load(): Promise<void> {
    await mkdir(this.settings.dataDir, { recursive: true, mode: 0o700 });
    this.loadedKey = await loadReplicaKey(this.path('replica-key.pem'));
    this.current = await readEnrolment(this.path('enrolment.json'), this.settings.url);
  }

  get key(): ReplicaKey {
    if (this.loadedKey === null) throw new Error('the replica key is not loaded yet');
    return this.loadedKey;
  }

  /** Null until the replica has enrolled. */
  get enrolment(): Enrolment | null {
    return this.current;
  }

  /** Registry name of this gateway, or null until the replica has enrolled. */
  get gateway(): string | null {
    return this.current?.gateway ?? null;
  }

  async enrolled(enrolment: Enrolment): Promise<void> {
    await writeEnrolment(this.path('enrolment.json'), enrolment);
    this.current = enrolment;
  }

  private path(file: string): string {
    return join(this.settings.dataDir, file);
  }
}
