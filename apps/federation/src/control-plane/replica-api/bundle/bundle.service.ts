import type { PrivateBundle } from '#libs/contract';
import { CONFIG_HEAD_ID, ConfigHead, Gateway } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { DeploymentKeys } from '../../keys/deployment-keys.service.js';
import { privateBundle } from '../../keys/private-bundle.js';

/** Derives the private bundles of gateways. Nothing in them is stored or logged. */
@Injectable()
export class BundleService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly keys: DeploymentKeys,
  ) {}

  async bundleOf(gateway: string): Promise<PrivateBundle> {
    const { manager } = this.dataSource;
    const head = await manager.findOneByOrFail(ConfigHead, { id: CONFIG_HEAD_ID });
    const rows = await manager.find(Gateway, { select: { name: true }, order: { name: 'ASC' } });
    const peers = rows.map(({ name }) => name).filter((name) => name !== gateway);
    return privateBundle(this.keys.hopSecret, gateway, peers, head.hopGeneration);
  }
}
