import { OWN_GATEWAY, type OwnGateway } from '#libs/request';
import { Module, type DynamicModule } from '@nestjs/common';
import type { GatewaySettings } from '../settings/settings.js';
import { ReplicaIdentity } from './state/identity/replica-identity.js';

/** Tells every stage which gateway this is; its name comes with enrolment, while the process already serves. */
@Module({})
export class OwnGatewayModule {
  static register(settings: GatewaySettings, state: DynamicModule): DynamicModule {
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
      imports: [state],
      providers: [{ provide: OWN_GATEWAY, inject: [ReplicaIdentity], useFactory }],
      exports: [OWN_GATEWAY],
    };
  }
}
