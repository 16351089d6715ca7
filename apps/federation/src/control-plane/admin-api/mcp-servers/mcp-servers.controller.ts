import { CrudController } from '../crud/crud.controller.js';
import { Resource } from '../crud/resource.decorator.js';
import { MCP_SERVERS } from './mcp-server.resource.js';
import { McpServersService } from './mcp-servers.service.js';

@Resource(MCP_SERVERS.path)
export class McpServersController extends CrudController(MCP_SERVERS, McpServersService, {
  create: { summary: 'Registers an MCP server; it is not contacted' },
}) {}
