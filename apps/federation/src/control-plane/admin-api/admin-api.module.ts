import { RegistryModule } from '#libs/registry';
import { Module } from '@nestjs/common';
import { KeysModule } from '../keys/keys.module.js';
import { AccessController } from './access/access.controller.js';
import { ConfigView } from './access/config-view.service.js';
import { AdminTokensController } from './admin-tokens/admin-tokens.controller.js';
import { AdminTokensService } from './admin-tokens/admin-tokens.service.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditService } from './audit/audit.service.js';
import { AdminAuthModule } from './auth/admin-auth.module.js';
import { ConfigController } from './config/config.controller.js';
import { ConfigService } from './config/config.service.js';
import { ChangeReceipts } from './crud/change-receipts.service.js';
import { FleetController } from './fleet/fleet.controller.js';
import { FleetService } from './fleet/fleet.service.js';
import { GatewaysController } from './gateways/gateways.controller.js';
import { GatewaysService } from './gateways/gateways.service.js';
import { GroupsController } from './groups/groups.controller.js';
import { GroupsService } from './groups/groups.service.js';
import { JoinTokensController } from './join-tokens/join-tokens.controller.js';
import { JoinTokensService } from './join-tokens/join-tokens.service.js';
import { HopKeysController } from './keys/hop-keys.controller.js';
import { SigningKeysController } from './keys/signing-keys.controller.js';
import { McpServersController } from './mcp-servers/mcp-servers.controller.js';
import { McpServersService } from './mcp-servers/mcp-servers.service.js';
import { PoliciesController } from './policies/policies.controller.js';
import { PoliciesService } from './policies/policies.service.js';
import { ReplicasController } from './replicas/replicas.controller.js';
import { ReplicasService } from './replicas/replicas.service.js';
import { RequestsController } from './requests/requests.controller.js';
import { TokensController } from './tokens/tokens.controller.js';
import { TokensService } from './tokens/tokens.service.js';
import { UsersController } from './users/users.controller.js';
import { UsersService } from './users/users.service.js';

/** The admin API, resource by resource. */
@Module({
  imports: [RegistryModule, AdminAuthModule, KeysModule],
  controllers: [
    McpServersController,
    GatewaysController,
    JoinTokensController,
    ReplicasController,
    UsersController,
    GroupsController,
    TokensController,
    AdminTokensController,
    PoliciesController,
    AccessController,
    AuditController,
    RequestsController,
    FleetController,
    ConfigController,
    HopKeysController,
    SigningKeysController,
  ],
  providers: [
    McpServersService,
    GatewaysService,
    JoinTokensService,
    ReplicasService,
    UsersService,
    GroupsService,
    TokensService,
    AdminTokensService,
    PoliciesService,
    ConfigView,
    AuditService,
    FleetService,
    ConfigService,
    ChangeReceipts,
  ],
})
export class AdminApiModule {}
