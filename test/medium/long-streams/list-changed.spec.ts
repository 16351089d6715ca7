import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HarnessUser } from '../../support/relay/gateway-harness.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { ACKNOWLEDGED, listening, REQUESTS, StreamHarness } from './stream-harness.js';

/** Long enough to see that no event comes. */
const SILENCE_MS = 160;

let harness: StreamHarness;

beforeAll(async () => {
  harness = await StreamHarness.start({});
});
afterAll(() => harness?.stop());

const event = (list: string, params = ''): string =>
  `data: {"jsonrpc":"2.0","method":"notifications/${list}/list_changed"${params}}\n\n`;
const UNDER_THE_ID = ',"params":{"_meta":{"io.modelcontextprotocol/subscriptionId":1}}';

/** Hides something of one list from the user, who may do everything else. */
const hide = (user: HarnessUser, list: string): void => {
  const subjects = [`user:${user.name}`];
  const denial = list === 'tools' ? { tools: ['delete_*'] } : { methods: [list === 'prompts' ? 'prompts/get' : 'resources/read'] };
  harness.policy(`hidden-${list}-${user.name}`, { effect: 'deny', subjects, ...denial });
}; // prettier-ignore

const toolList = (...names: string[]): string =>
  `data: ${JSON.stringify({ jsonrpc: '2.0', id: 7, result: { tools: names.map((name) => ({ name })) } })}\n\n`;

const LISTS = ['tools', 'prompts', 'resources'];

describe.each(DISTANCES)('a list that looks different after a change of policy, at $hops', ({ server, gateways }) => {
  it.each(LISTS)('is announced on a legacy GET stream (%s), without an id', async (list) => {
    const user = harness.newUser();
    const stream = await harness.begin(server, 'legacy GET', user);
    hide(user, list);
    await stream.has(event(list));
    const others = LISTS.filter((other) => other !== list);
    for (const other of others) expect(stream.text).not.toContain(`${other}/list_changed`);
    expect(stream.text.match(/^id:/gm)).toHaveLength(1);
    stream.response.destroy();
  });

  it.each(LISTS)('is announced on a modern stream that asked for it (%s), under its id', async (list) => {
    const user = harness.newUser();
    const stream = await harness.read(server, listening(list), user, ACKNOWLEDGED);
    await stream.has(ACKNOWLEDGED);
    for (const each of LISTS) hide(user, each);
    await stream.has(event(list, UNDER_THE_ID));
    for (const other of LISTS.filter((each) => each !== list)) expect(stream.text).not.toContain(`${other}/`);
    stream.response.destroy();
  });

  it('is announced when more of it may be seen again', async () => {
    const user = harness.newUser();
    hide(user, 'tools');
    const stream = await harness.begin(server, 'legacy GET', user);
    harness.remove('policy', `hidden-tools-${user.name}`);
    expect(await stream.has(event('tools'))).toBe(true);
    stream.response.destroy();
  });

  it('is announced on a modern stream only after the acknowledgement', async () => {
    const user = harness.newUser();
    const stream = await harness.read(server, listening('tools'), user, ': hello\n\n');
    await stream.has(': hello');
    hide(user, 'tools');
    await delay(SILENCE_MS);
    expect(stream.text).not.toContain('list_changed');
    stream.held.write(ACKNOWLEDGED);
    await stream.has(ACKNOWLEDGED + event('tools', UNDER_THE_ID));
    stream.response.destroy();
  });

  it('is announced only when the event under way is complete', async () => {
    const user = harness.newUser();
    const stream = await harness.begin(server, 'legacy GET', user);
    stream.held.write('id: 2\r\ndata: ha');
    await stream.has('data: ha');
    hide(user, 'tools');
    await delay(SILENCE_MS);
    expect(stream.text.endsWith('data: ha')).toBe(true);
    stream.held.write('lf\r\n\r\n');
    await stream.has(`data: half\r\n\r\n${event('tools')}`);
    stream.response.destroy();
  });

  it('is announced even if the policy changed before the head of the stream', async () => {
    const user = harness.newUser();
    harness.upstream.script = (_, response) => {
      hide(user, 'tools');
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('id: 1\ndata:\n\n');
    };
    const response = await harness.ask(server, { method: 'GET' }, user);
    let text = '';
    for await (const chunk of response) if ((text += String(chunk)).includes(event('tools'))) break;
    expect(text).toContain(event('tools'));
  });

  it.each(['legacy call', 'modern call'] as const)('is not announced on the stream of a call (%s)', async (kind) => {
    const user = harness.newUser();
    const stream = await harness.begin(server, kind, user);
    hide(user, 'prompts');
    await delay(SILENCE_MS);
    expect(stream.text).toBe(REQUESTS[kind].first);
    stream.response.destroy();
  });

  it('is not announced to those for whom it looks as before', async () => {
    const [user, other] = [harness.newUser(), harness.newUser()];
    const stream = await harness.begin(server, 'legacy GET', other);
    hide(user, 'tools');
    harness.publish();
    await delay(SILENCE_MS);
    expect(stream.text).toBe(REQUESTS['legacy GET'].first);
    stream.response.destroy();
  });

  it('is announced by whichever gateway has heard of the change', async () => {
    const user = harness.newUser();
    const stream = await harness.begin(server, 'legacy GET', user);
    harness.policy(`late-${user.name}`, { effect: 'deny', subjects: [`user:${user.name}`], tools: ['x'], gateways: [gateways.at(-1)] });
    expect(await stream.has(event('tools'))).toBe(true);
    stream.response.destroy();
  });

  it.each([
    ['opened without a filter', '', 'get_mail', 'delete_mail'],
    ['opened without a filter, in the middle of an event', 'data: {"part":', 'get_mail', 'delete_mail'],
  ])('is filtered on a stream that was %s', async (_, begun, kept, hidden) => {
    const user = harness.newUser();
    const stream = await harness.begin(server, 'legacy GET', user);
    stream.held.write(begun);
    await stream.has(begun);
    hide(user, 'tools');
    if (begun === '') await stream.has(event('tools'));
    else await delay(SILENCE_MS);
    stream.held.write(begun === '' ? toolList(kept, hidden) : `1}\n\n${toolList(kept, hidden)}`);
    await stream.has(kept);
    stream.held.end('data: end\n\n');
    await stream.ended();
    expect(stream.text).not.toContain(hidden);
    expect(stream.text).toContain(begun === '' ? event('tools') : 'data: {"part":1}\n\n');
  });

  it('is filtered by the new policy on a stream that was filtered by the old one', async () => {
    const user = harness.newUser();
    hide(user, 'tools');
    const stream = await harness.begin(server, 'legacy GET', user);
    harness.policy(`more-${user.name}`, { effect: 'deny', subjects: [`user:${user.name}`], tools: ['send_*'] });
    await stream.has(event('tools'));
    stream.held.end(toolList('get_mail', 'send_mail', 'delete_mail'));
    await stream.ended();
    expect(stream.text).toContain(toolList('get_mail'));
  });
}); // prettier-ignore
