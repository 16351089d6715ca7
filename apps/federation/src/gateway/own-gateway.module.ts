import { Module, type DynamicModule } from '@nestjs/common';
import { OWN_GATEWAY, type OwnGateway } from '#libs/request';
import type { GatewaySettings } from '../settings/settings.js';
import { ReplicaIdentity } from './sync/identity/replica-identity.js';

/** Tells every stage which gateway this is; its name comes with enrolment, while the process already serves. */
@Module({})
export class OwnGatewayModule {
  static register(settings: GatewaySettings, sync: DynamicModule): DynamicModule {
    const useFactory = (identity: ReplicaIdentity): OwnGateway => ({
      url: settings.url,
      host: new URL(settings.url).host,
      get name(): string | null {
        return identity.gateway;
      },
      get label(): string {
        return this.name ?? this.host;
      },
    });
    return {
      module: OwnGatewayModule,
      imports: [sync],
      providers: [{ provide: OWN_GATEWAY, inject: [ReplicaIdentity], useFactory }],
      exports: [OWN_GATEWAY],
    };
  }
}
