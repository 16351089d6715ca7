/**
 * One demo MCP server: `main.mjs <name> <address> <port> <the only source address it serves>`.
 * The guard stands in for a private network: a connection from anywhere else is closed before a byte is read.
 */
import { createServer } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { demoServer } from './tools.mjs';

const [name = '', address, port, allowedSource] = process.argv.slice(2);
const handle = toNodeHandler(createMcpHandler(() => demoServer(name)));

const server = createServer((request, response) => {
  if (request.url === '/mcp') void handle(request, response);
  else response.writeHead(404).end();
});
server.on('connection', (socket) => {
  if (socket.remoteAddress !== allowedSource) socket.destroy();
});
server.listen(Number(port), address, () => console.log(`${name} listens on ${address}:${port}`));
process.once('SIGTERM', () => process.exit(0));
