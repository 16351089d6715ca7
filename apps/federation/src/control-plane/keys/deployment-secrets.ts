import { Secret } from '#libs/registry';
import { randomBytes, randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { MasterKey } from './master-key.js';

/** What the control replicas of a deployment share, apart from the signing keys. */
export interface DeploymentSecrets {
  /** Names the deployment: part of the audience of the replicas' signed requests. Not secret. */
  deploymentId: string;
  /** All hop and session keys are derived from it. */
  hopSecret: Buffer;
}

const DEPLOYMENT_ID = 'deployment-id';
const HOP_SECRET = 'hop-secret';
const HOP_SECRET_BYTES = 32;

const place = (name: string): string => `secret.ciphertext of ${name}`;

/** Makes and stores the secrets, once per deployment. */
export async function createSecrets(manager: EntityManager, masterKey: MasterKey, at: Date): Promise<void> {
  const values: [string, Buffer][] = [
    [DEPLOYMENT_ID, Buffer.from(randomUUID())],
    [HOP_SECRET, randomBytes(HOP_SECRET_BYTES)],
  ];
  const rows = values.map(([name, value]) => ({
    name,
    ciphertext: masterKey.seal(place(name), value),
    createdAt: at,
  }));
  await manager.insert(Secret, rows);
}

/** @throws SealError if the master key is not the deployment's. */
export async function readSecrets(manager: EntityManager, masterKey: MasterKey): Promise<DeploymentSecrets> {
  const read = async (name: string): Promise<Buffer> => {
    const row = await manager.findOneByOrFail(Secret, { name });
    return masterKey.open(place(name), row.ciphertext);
  };
  return { deploymentId: (await read(DEPLOYMENT_ID)).toString(), hopSecret: await read(HOP_SECRET) };
}
