import { CONFIG_HEAD_ID, ConfigHead, Gateway, Replica } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { replicaView } from '../replicas/replicas.service.js';
import type { FleetGatewayView, FleetView } from './fleet.dto.js';
import { gatewayState } from './gateway-state.js';

@Injectable()
export class FleetService {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async fleet(): Promise<FleetView> {
    const { manager } = this.dataSource;
    const head = await manager.findOneByOrFail(ConfigHead, { id: CONFIG_HEAD_ID });
    const gateways = await manager.find(Gateway, { order: { name: 'ASC' } });
    const replicas = await manager.find(Replica, { order: { id: 'ASC' } });
    const byGateway = Map.groupBy(replicas, (replica) => replica.gateway);
    const { epoch, revision, digest } = head;
    return {
      epoch,
      revision,
      digest,
      gateways: gateways.map((row) => gatewayView(row, byGateway.get(row.name) ?? [], head)),
    };
  }
}

function gatewayView(row: Gateway, replicas: Replica[], head: ConfigHead): FleetGatewayView {
  const now = new Date();
  const status = gatewayState(replicas, row, head, now);
  return {
    name: row.name,
    url: row.url,
    status,
    replicas: replicas.map(replicaView),
  };
}
