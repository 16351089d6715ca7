/** The MCP server of the bench: it answers each POST with the same small tool result and does nothing else. */
import { createServer } from 'node:http';

const RESULT = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  result: { resultType: 'complete', content: [{ type: 'text', text: 'Mon 10:00 stand-up' }] },
});
const HEAD = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(RESULT) };

createServer((request, response) => {
  request.resume().once('end', () => response.writeHead(200, HEAD).end(RESULT));
})
  .on('connection', (socket) => socket.setNoDelay(true))
  .listen(Number(process.env.PORT), '127.0.0.1');
