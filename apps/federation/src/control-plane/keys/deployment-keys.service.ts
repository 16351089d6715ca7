import { SigningKey } from '#libs/registry';
import type { DataSource } from 'typeorm';
import { readSecrets, type DeploymentSecrets } from './deployment-secrets.js';
import type { MasterKey } from './master-key.js';
import { openSigningKey, type OpenSigningKey } from './signing-key.js';

/** The decrypted keys and secrets of this deployment, the same in all control replicas. */
export class DeploymentKeys {
  private constructor(
    private readonly dataSource: DataSource,
    private readonly masterKey: MasterKey,
    private readonly secrets: DeploymentSecrets,
    private keys: readonly OpenSigningKey[],
  ) {}

  /** @throws SealError if the master key is not the deployment's. */
  static async open(dataSource: DataSource, masterKey: MasterKey): Promise<DeploymentKeys> {
    const secrets = await readSecrets(dataSource.manager, masterKey);
    return new DeploymentKeys(dataSource, masterKey, secrets, await readKeys(dataSource, masterKey));
  }

  get deploymentId(): string {
    return this.secrets.deploymentId;
  }

  get hopSecret(): Buffer {
    return this.secrets.hopSecret;
  }

  /** The key to sign with. */
  get active(): OpenSigningKey {
    const key = this.keys.find(({ state }) => state === 'active');
    if (key === undefined) throw new Error('The deployment has no active signing key');
    return key;
  }

  /** Keys whose signatures gateways should accept from now on: the active and the next. */
  get announced(): readonly OpenSigningKey[] {
    return this.keys.filter(({ state }) => state !== 'retired');
  }

  /** A key that this deployment signs with, or once signed with. */
  find(kid: string): OpenSigningKey | undefined {
    return this.keys.find((key) => key.kid === kid);
  }

  /** Reads the keys again: another control replica may have rotated them. */
  async reload(): Promise<void> {
    this.keys = await readKeys(this.dataSource, this.masterKey);
  }
}

async function readKeys(dataSource: DataSource, masterKey: MasterKey): Promise<OpenSigningKey[]> {
  const rows = await dataSource.manager.find(SigningKey, { order: { createdAt: 'ASC' } });
  return rows.map((row) => openSigningKey(masterKey, row));
}
