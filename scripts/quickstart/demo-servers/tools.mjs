import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

/** @param {object} value */
const text = (value) => ({ content: [{ type: /** @type {const} */ ('text'), text: JSON.stringify(value) }] });

/** @param {McpServer} server */
function m365(server) {
  server.registerTool(
    'get_calendar_events',
    { description: 'Events of one day', inputSchema: z.object({ date: z.string() }) },
    ({ date }) => text({ date, events: [{ time: '10:30', title: 'Quarterly review', place: 'Room 4' }] }),
  );
  server.registerTool(
    'send_mail',
    { description: 'Sends a mail', inputSchema: z.object({ to: z.string(), subject: z.string() }) },
    ({ to, subject }) => text({ sent: true, to, subject }),
  );
}

/** @param {McpServer} server */
function analytics(server) {
  server.registerTool(
    'get_revenue',
    { description: 'Revenue of one quarter', inputSchema: z.object({ quarter: z.string() }) },
    ({ quarter }) => text({ quarter, revenue: 1_250_000, currency: 'EUR' }),
  );
}

/** @param {McpServer} server */
function legacy(server) {
  server.registerTool(
    'get_customer',
    { description: 'A customer record', inputSchema: z.object({ id: z.string() }) },
    ({ id }) => text({ id, name: 'Example GmbH', since: 1998 }),
  );
}

/** @type {Record<string, (server: McpServer) => void>} */
const REGISTER = { 'mcp-m365': m365, 'mcp-analytics': analytics, 'mcp-legacy': legacy };

/** A new instance of one demo MCP server. @param {string} name */
export function demoServer(name) {
  const server = new McpServer({ name, version: '1.0.0' });
  REGISTER[name]?.(server);
  return server;
}
