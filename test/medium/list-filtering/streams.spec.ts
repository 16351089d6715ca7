import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collected, message, modern, notification, post } from '../../support/relay/raw-client.js';
import { result, SSE_TYPE } from '../../support/relay/scripted-server.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { ListHarness } from './list-harness.js';

let harness: ListHarness;
beforeAll(async () => {
  harness = await ListHarness.start();
  await harness.startReplica('aws', 'aws-2');
  await harness.startReplica('azure', 'azure-2');
});
afterAll(() => harness?.stop());

/** From now on, what goes to the gateway azure reaches its other replica. */
function moveHops(): void {
  const { url } = harness.gateway('azure');
  harness.register('azure', url, harness.gateway('azure-2').url);
  harness.publish();
}

const LIST = result({
  tools: [{ name: 'get_mail' }, { name: 'delete_all' }],
  resources: [{ uri: 'a:secret' }],
  prompts: [{ name: 'secret' }],
});
const NEWS = notification('notifications/resources/updated', { uri: 'a:secret' });
const CHANGED = notification('notifications/tools/list_changed');

describe.each(DISTANCES)('streams at $hops', ({ server }) => {
  it('a list that is asked for at one replica and resumed at another is filtered there', async () => {
    // The server breaks off before its answer, and gives it to whoever resumes the stream.
    harness.upstream.script = (request, response) => {
      response.writeHead(200, SSE_TYPE);
      const resumes = request.headers['last-event-id'] === 'e0';
      response.end(resumes ? `id: e1\ndata: ${LIST}\n\n` : 'id: e0\nretry: 10\ndata:\n\n');
    };
    const asked = await post(harness, 'aws', server, harness.lister, message('tools/list'));
    expect(asked.text).toBe('id: e0\nretry: 10\ndata:\n\n');
    moveHops();
    const { text } = await collected(await harness.listen(server, harness.lister, 'e0', 'aws-2'));
    const cut = result({ tools: [{ name: 'get_mail' }], resources: [], prompts: [] });
    expect(text).toBe(`id: e1\ndata: ${cut}\n\n`);
    const served = (replica: string): boolean =>
      harness.gateway(replica).parts.some((part) => part.server === server && part.method === 'GET');
    expect([served('aws-2'), served('azure-2')]).toEqual([true, server === 'far']);
  });

  it('of news of a resource that the agent may not read, only the event id reaches it', async () => {
    const pieces = [
      `id: 1\nevent: message\ndata: ${NEWS}\n\n`,
      `data: ${NEWS}\n\n`,
      `id: 3\ndata: ${CHANGED}\n\n`,
    ];
    harness.stream(...pieces);
    const { text } = await collected(await harness.listen(server, harness.lister, '0'));
    expect(text).toBe(`id: 1\ndata:\n\nid: 3\ndata: ${CHANGED}\n\n`);
    harness.stream(...pieces);
    expect((await collected(await harness.listen(server, harness.reader, '0'))).text).toBe(pieces.join(''));
  });

  it('news of a resource that the agent may not read are missing from its modern listening stream', async () => {
    const acknowledged = notification('notifications/subscriptions/acknowledged');
    const confirmed = Promise.withResolvers<void>();
    harness.upstream.script = (_, response) => {
      response.writeHead(200, SSE_TYPE).write(`data: ${acknowledged}\n\n`);
      void confirmed.promise.then(() => response.end(`data: ${NEWS}\n\ndata: ${CHANGED}\n\n`));
    };
    const { body, headers } = modern('subscriptions/listen', {
      notifications: { resourceSubscriptions: ['a:secret'] },
    });
    setTimeout(() => confirmed.resolve(), 100);
    const { text } = await harness.ask(server, harness.lister, body, headers);
    expect(text).toBe(`data: ${acknowledged}\n\ndata: ${CHANGED}\n\n`);
  });
});
