import { RegistryChanges, SigningKey, type ChangeReceipt, type ChangeTransaction } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { DeploymentKeys } from './deployment-keys.service.js';
import { MasterKey } from './master-key.js';
import { newSigningKey } from './signing-key.js';

/**
 * Rotates the signing keys: the next key, which gateways already know, becomes the active one, and a new next key is
 * announced. The key used so far stays announced until the following rotation, so that gateways can still verify what
 * it signed last.
 */
@Injectable()
export class SigningKeyRotation {
  constructor(
    private readonly changes: RegistryChanges,
    private readonly keys: DeploymentKeys,
    private readonly masterKey: MasterKey,
  ) {}

  /** @throws RegistryError */
  async rotate(actor: string): Promise<ChangeReceipt & { activeKid: string }> {
    const action = { actor, action: 'signing-key.rotate', resource: 'signing-keys' };
    const { result, ...receipt } = await this.changes.change(action, (change) => this.work(change));
    await this.keys.reload();
    return { ...receipt, activeKid: result };
  }

  private async work(change: ChangeTransaction): Promise<string> {
    const rows = await change.manager.find(SigningKey, { lock: { mode: 'pessimistic_write' } });
    const { active, next } = pair(rows);
    for (const row of rows.filter(({ state }) => state === 'retired')) await withdraw(change, row.kid);
    await change.manager.update(SigningKey, { kid: active.kid }, { state: 'retired' });
    await change.manager.update(SigningKey, { kid: next.kid }, { state: 'active' });
    const fresh = newSigningKey(this.masterKey, 'next', change.time);
    await change.manager.insert(SigningKey, fresh);
    change.put('signing-key', fresh.kid, { kid: fresh.kid, x: fresh.publicX });
    change.before = { active: active.kid, next: next.kid };
    change.after = { active: next.kid, next: fresh.kid };
    return next.kid;
  }
}

function pair(rows: SigningKey[]): { active: SigningKey; next: SigningKey } {
  const active = rows.find(({ state }) => state === 'active');
  const next = rows.find(({ state }) => state === 'next');
  if (active === undefined || next === undefined)
    throw new Error('The deployment has no active or no next signing key');
  return { active, next };
}

/** Gateways forget the key. Its row stays, because what it has signed still proves that a backup was restored. */
async function withdraw(change: ChangeTransaction, kid: string): Promise<void> {
  const announced: unknown[] = await change.manager.query(
    `SELECT 1 FROM config_entity WHERE kind = 'signing-key' AND key = $1`,
    [kid],
  );
  if (announced.length > 0) change.delete('signing-key', kid);
}
