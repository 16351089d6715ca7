import { join } from 'node:path';
import type { DataDirectory } from '../data-directory.js';
import { readEnrolment, writeEnrolment, type Enrolment } from './enrolment.js';
import { loadReplicaKey, type ReplicaKey } from './replica-key.js';

/** Who this replica is: its key pair, and its enrolment once there is one. */
export class ReplicaIdentity {
  private constructor(
    readonly key: ReplicaKey,
    private readonly enrolmentPath: string,
    private current: Enrolment | null,
  ) {}

  /** @param url GATEWAY_URL; an enrolment under another one does not count. */
  static async load(directory: DataDirectory, url: string): Promise<ReplicaIdentity> {
    const key = await loadReplicaKey(join(directory.path, 'replica-key.pem'));
    const path = join(directory.path, 'enrolment.json');
    return new ReplicaIdentity(key, path, await readEnrolment(path, url));
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
    await writeEnrolment(this.enrolmentPath, enrolment);
    this.current = enrolment;
  }
}
