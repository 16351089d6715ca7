import { SnapshotModule } from '#libs/snapshot';
import { Module, type DynamicModule } from '@nestjs/common';
import type { GatewaySettings } from '../../settings/settings.js';
import { LastKnownGood } from './config/last-known-good.service.js';
import { DataDirectory } from './data-directory.js';
import { ReplicaIdentity } from './identity/replica-identity.js';

/** What a replica keeps in its data directory. Nothing that depends on it exists before it has been read. */
@Module({})
export class StateModule {
  static register(settings: GatewaySettings): DynamicModule {
    return {
      module: StateModule,
      imports: [SnapshotModule],
      providers: [
        { provide: DataDirectory, useFactory: () => DataDirectory.open(settings) },
        {
          provide: ReplicaIdentity,
          useFactory: (directory: DataDirectory) => ReplicaIdentity.load(directory, settings),
          inject: [DataDirectory],
        },
        LastKnownGood,
      ],
      exports: [DataDirectory, ReplicaIdentity, LastKnownGood],
    };
  }
}
