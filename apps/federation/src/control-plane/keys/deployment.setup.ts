import { SigningKey, type AdminAction, type ChangeTransaction, type RegistryChanges } from '#libs/registry';
import type { DataSource } from 'typeorm';
import { createSecrets } from './deployment-secrets.js';
import type { MasterKey } from './master-key.js';
import { newSigningKey } from './signing-key.js';

const FIRST_BOOT: AdminAction = { actor: 'system', action: 'deployment.create', resource: 'config' };

class AlreadySetUpError extends Error {}

/**
 * Sets up the deployment at its first boot: makes signing keys and secrets, and announces the public keys to gateways.
 * If several control replicas boot at once, one does it; the lock on the head makes the others wait until it is done.
 */
export async function setUpDeployment(
  dataSource: DataSource,
  changes: RegistryChanges,
  masterKey: MasterKey,
): Promise<void> {
  if (await dataSource.manager.existsBy(SigningKey, {})) return;
  try {
    await changes.change(FIRST_BOOT, (change) => firstRevision(change, masterKey));
  } catch (error) {
    if (!(error instanceof AlreadySetUpError)) throw error;
  }
}

async function firstRevision(change: ChangeTransaction, masterKey: MasterKey): Promise<void> {
  if (await change.manager.existsBy(SigningKey, {})) throw new AlreadySetUpError();
  await createSecrets(change.manager, masterKey, change.time);
  for (const state of ['active', 'next'] as const) {
    const row = newSigningKey(masterKey, state, change.time);
    await change.manager.insert(SigningKey, row);
    change.put('signing-key', row.kid, { kid: row.kid, x: row.publicX });
  }
  change.put('hop-generation', 'current', { generation: change.head.hopGeneration });
}
