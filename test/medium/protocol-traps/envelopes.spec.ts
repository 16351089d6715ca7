import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bearer, callOf, message, notification, path, send } from '../../support/relay/raw-client.js';
import { answerJson, result } from '../../support/relay/scripted-server.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { TrapHarness } from './trap-harness.js';

const MEBIBYTE = 1024 * 1024;
const CALL = callOf('get_mail');
const callWith = (params: string): string =>
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{${params}}}`;

let harness: TrapHarness;

beforeAll(async () => (harness = await TrapHarness.start()));
beforeEach(() => {
  harness.reset();
  harness.upstream.script = answerJson({ content: [] });
});
afterAll(() => harness?.stop());

describe.each(DISTANCES)('envelopes at $hops', ({ server }) => {
  const sendRaw = (body: string | Buffer, type: string[], user = harness.carol): ReturnType<typeof send> =>
    send(harness.gateway('aws').url, { path: path(server), headers: [...bearer(user), ...type], body });
  const ask = (body: string | Buffer): ReturnType<typeof send> =>
    sendRaw(body, ['Content-Type', 'application/json']);

  it.each([
    ['of one call', `[${CALL}]`],
    ['with a forbidden call in it', `[${CALL},${callOf('delete_all', 2)}]`],
    ['after white space', ` \n[${CALL}]`],
    ['of nothing', '[]'],
  ])('trap 12: a batch carries no calls past the policy (%s)', async (_, body) => {
    const answer = await ask(body);
    expect([answer.status, answer.json().error?.code, answer.reason]).toEqual([
      400,
      -32600,
      'batch_unsupported',
    ]);
    expect(harness.upstream.seen).toEqual([]);
  });

  it.each<[string, string | Buffer]>([
    ['the tool twice', callWith('"name":"get_mail","name":"delete_all"')],
    ['the tool twice, once escaped', callWith('"name":"get_mail","n\\u0061me":"delete_all"')],
    ['the tool in another case', callWith('"name":"get_mail","Name":"delete_all"')],
    ['the method twice', '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call","params":{}}'],
    ['the parameters in another case', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_mail"},"PARAMS":{"name":"delete_all"}}'],
    ['NUL in a key', callWith('"name":"get_mail","name\\u0000":"delete_all"')],
    ['invalid UTF-8', Buffer.concat([Buffer.from(callWith('"name":"get_').slice(0, -2)), Buffer.from([0xc0, 0xae]), Buffer.from('"}}')])],
    ['byte order mark', `\ufeff${CALL}`],
    ['UTF-16', Buffer.from(CALL, 'utf16le')],
    ['too deep', callWith(`"name":"get_mail","arguments":${'['.repeat(2000)}${']'.repeat(2000)}`)],
    ['a second message behind', `${CALL}${callOf('delete_all')}`],
  ])('trap 13: what two readers would read differently is refused (%s)', async (_, body) => {
    const answer = await ask(body);
    expect(answer.status).toBe(400);
    expect(['envelope_invalid', 'body_unreadable']).toContain(answer.reason);
    expect(harness.upstream.seen).toEqual([]);
  }); // prettier-ignore

  it('trap 13: every byte of a message passes, in both directions', async () => {
    const odd = ' {"id":1.0, "jsonrpc":"2.0","params":{"arguments":{"n":12345678901234567890.10,"e":1E2,"s":"\\u00e4\\/"},"name":"get_\\u006dail"},"method":"tools\\/call"}\n';
    const answered = '{ "result":{"content":[],"n":1.50,"big":98765432109876543210},"jsonrpc":"2.0","id":1.0 }\r\n';
    harness.upstream.script = (_, response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(answered);
    expect((await ask(odd)).text).toBe(answered);
    expect(harness.upstream.seen[0]?.body).toBe(odd);
  }); // prettier-ignore

  it.each([
    [
      'escaped method',
      callWith('"name":"delete_all"').replace('tools/call', 'tools\\u002fcall'),
      'tool_denied',
    ],
    ['escaped tool', callWith('"name":"delete_\\u0061ll"'), 'tool_denied'],
    ['escaped prefix', callWith('"name":"\\u0064elete_all"'), 'tool_denied'],
    ['trailing space', callWith('"name":" get_mail"'), 'tool_denied'],
    ['full-width letters', callWith('"name":"ｇｅｔ_mail"'), 'tool_denied'],
    ['upper case', callWith('"name":"GET_MAIL"'), 'tool_denied'],
  ])('trap 14: the policy compares what a name means, as the server does (%s)', async (_, body, reason) => {
    const answer = await ask(body);
    expect([answer.status, answer.reason]).toEqual([200, reason]);
    expect(harness.upstream.seen).toEqual([]);
  });

  it.each(['TOOLS/CALL', 'Tools/Call', 'tools/call ', 'tools/call\0'])(
    'trap 14: the method %j, which the server may take for tools/call, is malformed',
    async (method) => {
      const answer = await ask(message(method, { name: 'get_mail' }));
      expect([answer.status, answer.reason]).toEqual([400, 'envelope_invalid']);
      expect(harness.upstream.seen).toEqual([]);
    },
  );

  it('trap 14: an escaped name of an allowed tool is allowed', async () => {
    expect((await ask(callWith('"name":"g\\u0065t_mail"'))).json().result).toBeDefined();
  });

  it.each([
    ['none', []],
    ['text', ['Content-Type', 'text/plain']],
    ['malformed', ['Content-Type', 'application/json;;;=x']],
    ['two in one', ['Content-Type', 'application/json, text/plain']],
    ['another charset', ['Content-Type', 'application/json; charset=utf-16']],
    ['an extension', ['Content-Type', 'application/json-rpc']],
    ['compressed', ['Content-Type', 'application/json', 'Content-Encoding', 'gzip']],
  ])('trap 15: a body of a type that the gateway does not read is refused (%s)', async (_, headers) => {
    const answer = await sendRaw(callOf('delete_all'), headers);
    expect(answer.status).toBe(415);
    expect(harness.upstream.seen).toEqual([]);
  });

  it.each(['Application/JSON', 'application/json ;charset="UTF-8"', 'APPLICATION/JSON; charset=utf-8'])(
    'trap 15: the policy holds for every spelling of the type (%s)',
    async (type) => {
      expect((await sendRaw(callOf('delete_all'), ['Content-Type', type])).reason).toBe('tool_denied');
      expect(harness.upstream.seen).toEqual([]);
      expect((await sendRaw(CALL, ['Content-Type', type])).status).toBe(200);
    },
  );

  it.each([
    ['no id', notification('tools/call', { name: 'get_mail' })],
    ['null', callOf('get_mail', null)],
    ['an object', callOf('get_mail', {})],
  ])('trap 17: a call without an id is refused (%s)', async (_, body) => {
    const answer = await ask(body);
    expect([answer.status, answer.reason]).toEqual([400, 'envelope_invalid']);
    expect(harness.upstream.seen).toEqual([]);
  });

  it.each([0, '', -1])('trap 17: an id that is false in JavaScript is an id (%j)', async (id) => {
    expect((await ask(callOf('get_mail', id))).status).toBe(200);
    const denied = await ask(callOf('delete_all', id));
    expect([denied.reason, denied.json().id]).toEqual(['tool_denied', id]);
    expect(harness.upstream.seen.map(({ body }) => body)).toEqual([callOf('get_mail', id)]);
  });

  it('trap 21: a body of just under 4 MiB passes', async () => {
    const large = message('tools/call', {
      name: 'get_mail',
      arguments: { x: 'x'.repeat(4 * MEBIBYTE - 200) },
    });
    expect((await ask(large)).status).toBe(200);
    expect(harness.upstream.seen[0]?.body.length).toBe(large.length);
  });

  it('trap 21: a body of more than 4 MiB is refused before it has ended', async () => {
    const huge = message('tools/call', { name: 'get_mail', arguments: { x: 'x'.repeat(4 * MEBIBYTE) } });
    const answer = await ask(huge);
    expect([answer.status, answer.reason]).toEqual([413, 'body_too_large']);
    const chunked = ['Content-Type', 'application/json', 'Transfer-Encoding', 'chunked'];
    expect((await sendRaw(huge, chunked)).status).toBe(413);
    expect(harness.upstream.seen).toEqual([]);
  });

  it('trap 21: a large answer passes whole', async () => {
    const large = result({ content: [{ type: 'text', text: 'x'.repeat(6 * MEBIBYTE) }] });
    harness.upstream.script = (_, response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(large);
    const answer = await ask(CALL);
    expect([answer.cut, answer.text.length]).toEqual([false, large.length]);
  });
});
