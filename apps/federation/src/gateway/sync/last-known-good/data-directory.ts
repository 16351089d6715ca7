import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { SealedBox } from '#libs/crypto';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../../../settings/settings.js';
import { loadDataKey } from './data-key.js';

/** Where the configuration is kept, and the key it is encrypted with. */
@Injectable()
export class DataDirectory {
  readonly path: string;
  private opened: SealedBox | null = null;

  constructor(@Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings) {
    this.path = join(settings.dataDir, 'config');
  }

  async load(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    const key = await loadDataKey(this.settings.dataKey, join(this.settings.dataDir, 'data.key'));
    this.opened = new SealedBox(key);
  }

  get box(): SealedBox {
    if (this.opened === null) throw new Error('the data directory is not loaded yet');
    return this.opened;
  }
}
