import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callOf } from '../../support/relay/raw-client.js';
import { until } from '../../support/relay/gateway-harness.js';
import { SSE_TYPE, type Script } from '../../support/relay/scripted-server.js';
import { BEHIND_NGINX, BY_NGINX, type OutcomeThere } from './behind-nginx.outcomes.js';
import { bare, BODY, call, summaryOf, type Address, type Form, type Outcome } from './forms/form.js';
import { FORMS } from './forms/index.js';
import { NginxHarness } from './nginx-harness.js';
import { answersIn, meaningOf, type WireAnswer } from './wire-answer.js';
import { Wire } from './wire.js';

/** Requests of somebody else, besides the form. */
const HIS = 2;
const outcomeOf = ({ name, direct }: Form): OutcomeThere => BEHIND_NGINX.get(name) ?? direct;
const readingsOf = (answers: WireAnswer[]): unknown[] =>
  answers.map((answer) => [answer.status, meaningOf(answer)]);

describe('a form of HTTP, behind nginx', () => {
  let nginx: NginxHarness;
  let wire: Wire;
  let alice: Address;
  let bob: Address;
  let usual: Script;

  beforeAll(async () => {
    nginx = await NginxHarness.start();
    const { host } = new URL(nginx.url);
    alice = { host, user: nginx.harness.alice };
    bob = { host, user: nginx.harness.bob };
    usual = nginx.harness.upstream.script;
  });
  afterAll(() => nginx.stop());
  beforeEach(async () => {
    nginx.harness.upstream.script = usual;
    nginx.harness.takeCalls();
    nginx.accounted = 0;
    wire = await Wire.open(nginx.url);
  });
  afterEach(() => wire.destroy());

  /** Somebody else gets his own answers on the connections to the gateway that the form has left behind. */
  async function expectUndisturbed(): Promise<void> {
    const other = await Wire.open(nginx.url);
    for (const name of ['his', 'his-again']) other.send(call({ body: callOf(name) })(bob));
    const answers = await other.answers(2);
    other.destroy();
    expect(readingsOf(answers)).toEqual([
      [200, 'result:his'],
      [200, 'result:his-again'],
    ]);
  }

  async function expectOutcome(outcome: Outcome, isHead?: boolean): Promise<void> {
    const answers = await wire.answers(outcome.answers.length, isHead);
    expect(readingsOf(answers)).toEqual(outcome.answers);
  }

  async function expectRefusedByNginx(isHead?: boolean): Promise<void> {
    const [answer, ...others] = await wire.answers(1, isHead);
    expect(answer?.status).toBeGreaterThanOrEqual(400);
    expect(answer?.headers['content-type']).toBe('text/html');
    expect(others).toEqual([]);
  }

  const cases = FORMS.map((form): [string, string, Form] => {
    const outcome = outcomeOf(form);
    return [form.name, outcome === BY_NGINX ? 'an error page of nginx' : summaryOf(outcome), form];
  });

  it.each(cases)("%s gets %s, and nobody else's answers go astray", async (_, __, form) => {
    const { bytes, isHead } = form;
    const outcome = outcomeOf(form);
    const before = nginx.log();
    wire.send(bytes(alice));
    if (outcome === BY_NGINX) await expectRefusedByNginx(isHead);
    else await expectOutcome(outcome, isHead);
    const calls = outcome === BY_NGINX ? [] : outcome.calls;
    const seen = answersIn(wire.received, isHead).answers.length;
    await expectUndisturbed();
    expect(nginx.harness.takeCalls()).toEqual([...calls, 'his', 'his-again']);
    expect(answersIn(wire.received, isHead).answers).toHaveLength(seen);
    wire.destroy();
    const forwarded = (): number => nginx.log().forwarded - before.forwarded;
    await until(() => forwarded() >= nginx.accounted);
    expect(forwarded()).toBe(nginx.accounted);
    expect(outcome === BY_NGINX ? forwarded() : HIS).toBe(HIS);
  });

  it('each outcome belongs to a form, and no two forms share a name', () => {
    const names = FORMS.map((form) => form.name);
    expect(new Set(names).size).toBe(names.length);
    expect([...BEHIND_NGINX.keys()].filter((name) => !names.includes(name))).toEqual([]);
  });

  it('connections to the gateway were used again, so that an answer could have gone astray', () => {
    expect(nginx.connections).toBeLessThan(nginx.log().forwarded / 2);
  });

  it('an event passes nginx before the next one is sent', async () => {
    let more: (() => void) | undefined;
    nginx.harness.upstream.script = (_, response) => {
      response.writeHead(200, SSE_TYPE).write('data: {"jsonrpc":"2.0","method":"notifications/message"}\n\n');
      more = () => response.end('data: {"jsonrpc":"2.0","id":1,"result":{}}\n\n');
    };
    wire.send(call()(alice));
    await until(() => wire.received.includes('notifications/message'));
    expect(wire.received).not.toContain('"result"');
    more?.();
    await until(() => wire.received.includes('"result"'));
  });

  it('a client that leaves ends its stream at the MCP server', async () => {
    nginx.harness.upstream.script = (_, response) =>
      void response.writeHead(200, SSE_TYPE).write(': open\n\n');
    wire.send(bare('GET')(alice));
    await until(() => wire.received.includes(': open'));
    wire.destroy();
    await until(() => nginx.harness.upstream.seen[0]?.aborted === true);
    expect(nginx.harness.upstream.seen).toHaveLength(1);
  });

  it('a long upload without credentials is refused before it has arrived', async () => {
    wire.send(call({ authorization: [], length: ['Content-Length: 4000000'], body: BODY })(alice));
    expect(readingsOf(await wire.answers(1))).toEqual([[401, 'credentials_missing']]);
    await expectUndisturbed();
  });

  it('an attacker who leaves in the middle of a body does not disturb the next client', async () => {
    for (const cut of [1, 20, BODY.length - 1]) {
      const attacker = await Wire.open(nginx.url);
      attacker.send(call({ length: [`Content-Length: ${BODY.length}`], body: BODY.slice(0, cut) })(alice));
      await until(() => nginx.accounted > 0);
      attacker.destroy();
      await expectUndisturbed();
      expect(nginx.harness.takeCalls()).toEqual(['his', 'his-again']);
      nginx.accounted = 0;
    }
  });
});
