import type { PrivateBundle } from '#libs/contract';
import { CONFIG_HEAD_ID, ConfigHead, Gateway } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { DeploymentKeys } from '../../keys/deployment-keys.service.js';
import { unauthenticated } from '../../problem/problem.error.js';
import { privateBundle } from '../../keys/private-bundle.js';

/** Derives the private bundles of gateways. Nothing in them is stored or logged. */
@Injectable()
export class BundleService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly keys: DeploymentKeys,
  ) {}

  /** @throws ProblemError `unauthenticated` if the gateway has just been deleted. */
  async bundleOf(gateway: string): Promise<PrivateBundle> {
    const { manager } = this.dataSource;
    const head = await manager.findOneByOrFail(ConfigHead, { id: CONFIG_HEAD_ID });
    const holders = await manager.find(Gateway, {
      select: { name: true, incarnation: true },
      order: { name: 'ASC' },
    });
    const own = holders.find(({ name }) => name === gateway);
    if (own === undefined) throw unauthenticated('The gateway is no longer registered');
    const peers = holders.filter((peer) => peer !== own);
    return privateBundle(this.keys.hopSecret, own, peers, head.hopGeneration);
  }
}
