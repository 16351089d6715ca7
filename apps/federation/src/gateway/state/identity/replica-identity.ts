import type { EnrolAnswer } from '#libs/contract';
import { Logger } from '@nestjs/common';
import { Mutex } from 'async-mutex';
import { join } from 'node:path';
import { SettingsError } from '../../../settings/settings.error.js';
import type { GatewaySettings } from '../../../settings/settings.js';
import type { DataDirectory } from '../data-directory.js';
import { FileDamagedError } from '../durable-file.js';
import { readEnrolment, writeEnrolment, type Enrolment } from './enrolment.js';
import { makeReplicaKey, readReplicaKey, type ReplicaKey } from './replica-key.js';

const KEY_FILE = 'replica-key.pem';
const ENROLMENT_FILE = 'enrolment.json';

/** Who this replica is: its key pair, and its enrolment once there is one. */
export class ReplicaIdentity {
  private readonly writing = new Mutex();

  private constructor(
    readonly key: ReplicaKey,
    private readonly enrolmentPath: string,
    private current: Enrolment | null,
  ) {}

  /**
   * Reads the identity. If a part of it is damaged, the replica goes on under a new key, with which it can enrol again.
   * @param settings An enrolment under another GATEWAY_URL does not count.
   * @throws SettingsError if it is damaged, and there is no join token to enrol again with.
   */
  static async load(
    directory: DataDirectory,
    { url, joinToken }: Pick<GatewaySettings, 'url' | 'joinToken'>,
  ): Promise<ReplicaIdentity> {
    const path = join(directory.path, ENROLMENT_FILE);
    const keyPath = join(directory.path, KEY_FILE);
    const kept = await readIdentity(keyPath, path);
    if (kept.damage !== null) report(kept.damage, joinToken);
    const key = kept.damage === null ? kept.key : null;
    const enrolment = kept.enrolment?.url === url ? kept.enrolment : null;
    return new ReplicaIdentity(key ?? (await makeReplicaKey(keyPath)), path, enrolment);
  }

  /** Null until the replica has enrolled. */
  get enrolment(): Enrolment | null {
    return this.current;
  }

  /** Registry name of this gateway, or null until the replica has enrolled. */
  get gateway(): string | null {
    return this.current?.gateway ?? null;
  }

  /** The public key (JWK `x`) of a signing key that enrolment or the newest configuration named. */
  signingKey(kid: string): string | undefined {
    const { signingKeys = [], announcedKeys = [] } = this.current ?? {};
    return [...signingKeys, ...announcedKeys].find((key) => key.kid === kid)?.x;
  }

  /** This replica has enrolled, or enrolled again, with its present key. */
  enrolled(answer: EnrolAnswer & { url: string }): Promise<void> {
    return this.keep(() => ({ announcedKeys: [], ...answer, publicKey: this.key.x }));
  }

  /** The configuration names these signing keys now. */
  announced(keys: Enrolment['announcedKeys']): Promise<void> {
    return this.keep((current) => {
      const isNews = current !== null && JSON.stringify(keys) !== JSON.stringify(current.announcedKeys);
      return isNews ? { ...current, announcedKeys: keys } : null;
    });
  }

  private keep(next: (current: Enrolment | null) => Enrolment | null): Promise<void> {
    return this.writing.runExclusive(async () => {
      const enrolment = next(this.current);
      if (enrolment === null) return;
      await writeEnrolment(this.enrolmentPath, enrolment);
      this.current = enrolment;
    });
  }
}

interface KeptIdentity {
  key: ReplicaKey | null;
  enrolment: Enrolment | null;
  /** Why the identity as a whole cannot be used; null also if there is none yet. */
  damage: FileDamagedError | null;
}

async function readIdentity(keyPath: string, enrolmentPath: string): Promise<KeptIdentity> {
  const key = await undamaged(readReplicaKey(keyPath));
  const enrolment = await undamaged(readEnrolment(enrolmentPath));
  if (key instanceof FileDamagedError || enrolment instanceof FileDamagedError) {
    const damage = key instanceof FileDamagedError ? key : (enrolment as FileDamagedError);
    return { key: null, enrolment: enrolment instanceof FileDamagedError ? null : enrolment, damage };
  }
  return { key, enrolment, damage: mismatch(keyPath, key, enrolment) };
}

function mismatch(
  keyPath: string,
  key: ReplicaKey | null,
  enrolment: Enrolment | null,
): FileDamagedError | null {
  if (enrolment === null || key?.x === enrolment.publicKey) return null;
  return new FileDamagedError(
    keyPath,
    key === null ? 'it is missing' : `it is not the key of ${ENROLMENT_FILE}`,
  );
}

async function undamaged<T>(reading: Promise<T>): Promise<T | FileDamagedError> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof FileDamagedError) return error;
    throw error;
  }
}

/** @throws SettingsError without a join token. */
function report(damage: FileDamagedError, joinToken: string | null): void {
  if (joinToken === null) {
    const allowed = `the file as it was, or a JOIN_TOKEN with which this replica enrols again`;
    throw new SettingsError([{ key: 'DATA_DIR', seen: `${damage.path}: ${damage.message}`, allowed }]);
  }
  const logger = new Logger(ReplicaIdentity.name);
  logger.error(`${damage.path}: ${damage.message}; this replica enrols again, with a new key`);
}
