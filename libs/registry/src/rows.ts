import { AuditMinuteRow } from './audit/audit-minute.row.js';
import { AuditPartRow } from './audit/audit-part.row.js';
import { AuditRecordRow } from './audit/audit-record.row.js';
import { ConfigBucketRow } from './config/config-bucket.row.js';
import { ConfigEntityRow } from './config/config-entity.row.js';
import { ConfigHeadRow } from './config/config-head.row.js';
import { ConfigLogRow } from './config/config-log.row.js';
import { GatewayRow } from './gateways/gateway.row.js';
import { JoinTokenRow } from './gateways/join-token.row.js';
import { ReplicaRow } from './gateways/replica.row.js';
import { PolicyRow } from './policies/policy.row.js';
import { SecretRow } from './secrets/secret.row.js';
import { SigningKeyRow } from './secrets/signing-key.row.js';
import { McpServerRow } from './servers/mcp-server.row.js';
import { RevokedTokenRow } from './tokens/revoked-token.row.js';
import { TokenRow } from './tokens/token.row.js';
import { AppUserRow } from './users/app-user.row.js';
import { GroupMemberRow } from './users/group-member.row.js';
import { UserGroupRow } from './users/user-group.row.js';

/** Every table of the registry. */
export const ROWS = [
  McpServerRow,
  GatewayRow,
  JoinTokenRow,
  ReplicaRow,
  AppUserRow,
  UserGroupRow,
  GroupMemberRow,
  TokenRow,
  RevokedTokenRow,
  PolicyRow,
  ConfigHeadRow,
  ConfigLogRow,
  ConfigEntityRow,
  ConfigBucketRow,
  SecretRow,
  SigningKeyRow,
  AuditRecordRow,
  AuditPartRow,
  AuditMinuteRow,
];
