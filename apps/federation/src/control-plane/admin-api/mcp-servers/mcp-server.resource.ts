import { OPERATORS } from '../auth/required-role.decorator.js';
import type { NamedResourceSpec } from '../crud/resource-spec.js';
import {
  McpServerBody,
  McpServerPage,
  McpServerQuery,
  McpServerView,
  NewMcpServerBody,
} from './mcp-server.dto.js';

export const MCP_SERVERS = {
  path: 'mcp-servers',
  key: 'name',
  names: { action: 'mcp-server', title: 'MCP server', one: 'an MCP server', many: 'MCP servers' },
  writers: OPERATORS,
  classes: {
    body: McpServerBody,
    newBody: NewMcpServerBody,
    view: McpServerView,
    page: McpServerPage,
    query: McpServerQuery,
  },
} as const satisfies NamedResourceSpec;
