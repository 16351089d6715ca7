import { SealError } from '#libs/crypto';
import type { RegistryChanges } from '#libs/registry';
import type { DataSource } from 'typeorm';
import { SettingsError } from '../../settings/settings.error.js';
import { DeploymentKeys } from './deployment-keys.service.js';
import { setUpDeployment } from './deployment.setup.js';
import type { MasterKey } from './master-key.js';

/**
 * Decrypts the deployment's keys; at the first boot it makes them.
 * @throws SettingsError if the master key is not the one that the deployment was set up with.
 */
export async function openDeployment(
  dataSource: DataSource,
  changes: RegistryChanges,
  masterKey: MasterKey,
): Promise<DeploymentKeys> {
  await setUpDeployment(dataSource, changes, masterKey);
  try {
    return await DeploymentKeys.open(dataSource, masterKey);
  } catch (error) {
    throw error instanceof SealError ? wrongMasterKey(error) : error;
  }
}

const wrongMasterKey = (cause: SealError): SettingsError =>
  new SettingsError(
    [
      {
        key: 'CAUSEWAY_MASTER_KEY',
        seen: '(secret)',
        allowed: 'the key that this database was set up with',
        advice: `With this one, ${cause.message}: restore the old key, or use an empty database`,
      },
    ],
    { cause },
  );
