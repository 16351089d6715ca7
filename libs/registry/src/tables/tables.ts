import { AdminToken } from './admin-token.entity.js';
import { AppUser } from './app-user.entity.js';
import { AuditMinute } from './audit-minute.entity.js';
import { AuditRecord } from './audit-record.entity.js';
import { ConfigBucket } from './config-bucket.entity.js';
import { ConfigEntity } from './config-entity.entity.js';
import { ConfigHead } from './config-head.entity.js';
import { ConfigLog } from './config-log.entity.js';
import { Gateway } from './gateway.entity.js';
import { GroupMember } from './group-member.entity.js';
import { JoinToken } from './join-token.entity.js';
import { McpServerObservation } from './mcp-server-observation.entity.js';
import { McpServer } from './mcp-server.entity.js';
import { Policy } from './policy.entity.js';
import { ReceivedAuditPart } from './received-audit-part.entity.js';
import { Replica } from './replica.entity.js';
import { RevokedToken } from './revoked-token.entity.js';
import { Secret } from './secret.entity.js';
import { SigningKey } from './signing-key.entity.js';
import { Token } from './token.entity.js';
import { UserGroup } from './user-group.entity.js';

/** Every table of the registry. */
export const TABLES = [
  McpServer,
  McpServerObservation,
  Gateway,
  JoinToken,
  Replica,
  AppUser,
  UserGroup,
  GroupMember,
  Token,
  AdminToken,
  RevokedToken,
  Policy,
  ConfigHead,
  ConfigLog,
  ConfigEntity,
  ConfigBucket,
  Secret,
  SigningKey,
  AuditRecord,
  ReceivedAuditPart,
  AuditMinute,
];
