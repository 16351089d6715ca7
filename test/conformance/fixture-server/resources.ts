import { ResourceTemplate, type McpServer } from '@modelcontextprotocol/server';
import { PNG } from './media.js';

/** Resources of every kind; `test://watched-resource` is there to be subscribed to. */
export function registerResources(server: McpServer): void {
  registerText(server, 'test://static-text', 'This is the content of the static text resource.');
  registerText(server, 'test://watched-resource', 'This resource may be watched.');
  server.registerResource(
    'static-binary',
    'test://static-binary',
    { description: 'A picture', mimeType: 'image/png' },
    ({ href }) => ({ contents: [{ uri: href, mimeType: 'image/png', blob: PNG }] }),
  );
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { description: 'Data by id', mimeType: 'application/json' },
    ({ href }, { id }) => {
      const data = { id, templateTest: true, data: `Data for ID: ${String(id)}` };
      return { contents: [{ uri: href, mimeType: 'application/json', text: JSON.stringify(data) }] };
    },
  );
  registerSubscriptions(server);
}

function registerText(server: McpServer, uri: string, content: string): void {
  const name = uri.slice('test://'.length);
  server.registerResource(name, uri, { description: 'A text', mimeType: 'text/plain' }, () => ({
    contents: [{ uri, mimeType: 'text/plain', text: content }],
  }));
}

/** Legacy clients subscribe by a request; modern ones by their listen stream, which the SDK serves. */
function registerSubscriptions({ server }: McpServer): void {
  const watched = new Set<string>();
  server.setRequestHandler('resources/subscribe', ({ params }) => {
    watched.add(params.uri);
    return {};
  });
  server.setRequestHandler('resources/unsubscribe', ({ params }) => {
    watched.delete(params.uri);
    return {};
  });
}
