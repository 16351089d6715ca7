import { describe, expect, it } from 'vitest';
import { scanEnvelope } from '#libs/envelope';
import { listNoticesFor, type ListNotices } from './list-notices.js';

const noticesFor = (posted: string): ListNotices | null => {
  const body = Buffer.from(posted);
  const { kind, era, method, idRaw } = scanEnvelope(body);
  return listNoticesFor({ httpMethod: 'POST', kind, era, method, idRaw, tool: null }, body);
};

const listen = (id: string, notifications: string): string =>
  `{"jsonrpc":"2.0","id":${id},"method":"subscriptions/listen","params":{"notifications":${notifications}}}`;

describe('listNoticesFor', () => {
  it.each(['"a\\"b"', '0', '9007199254740993', '""'])('echoes the id %s of the subscription as it was written', (id) => {
    const event = noticesFor(listen(id, '{"promptsListChanged":true}'))?.eventFor('prompts');
    expect(event).toContain(`"io.modelcontextprotocol/subscriptionId":${id}}`);
    expect(() => JSON.parse(event?.slice('data: '.length) ?? '') as unknown).not.toThrow();
  });

  it.each(['{}', 'null', '[]', '"toolsListChanged"', '{"toolsListChanged":false}', '{"toolsListChanged":"true"}'])(
    'tells nothing where nothing was asked for: %s',
    (notifications) => {
      expect(noticesFor(listen('1', notifications))?.eventFor('tools')).toBeNull();
    },
  );

  it('tells nothing on the stream of another request', () => {
    expect(noticesFor('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}')).toBeNull();
  });
}); // prettier-ignore
