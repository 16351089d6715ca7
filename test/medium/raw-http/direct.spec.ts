import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callOf } from '../../support/relay/raw-client.js';
import { call, CANARY, summaryOf, type Address, type Form } from './forms/form.js';
import { FORMS } from './forms/index.js';
import { RawHttpHarness } from './raw-http-harness.js';
import { answersIn, meaningOf, type WireAnswer } from './wire-answer.js';
import { Wire } from './wire.js';

describe('a form of HTTP, straight at a gateway', () => {
  let harness: RawHttpHarness;
  let wire: Wire;
  let to: Address;

  beforeAll(async () => {
    harness = await RawHttpHarness.start();
    to = { host: new URL(harness.url).host, user: harness.alice };
  });
  afterAll(() => harness.stop());
  beforeEach(async () => {
    harness.takeCalls();
    wire = await Wire.open(harness.url);
  });
  afterEach(() => wire.destroy());

  /** Nothing is left that could be taken for an answer or for a request. */
  async function expectAnother(): Promise<void> {
    wire.received = '';
    wire.send(call({ body: callOf('next') })(to));
    const [next] = await wire.answers(1);
    expect(next && meaningOf(next)).toBe('result:next');
    expect(harness.takeCalls()).toEqual(['next']);
  }

  async function expectEnd(answers: WireAnswer[], isHead?: boolean): Promise<void> {
    await wire.end();
    expect(answersIn(wire.received, isHead)).toEqual({ answers, rest: '' });
    expect(harness.takeCalls()).toEqual([]);
  }

  const cases = FORMS.map((form): [string, string, Form] => [form.name, summaryOf(form.direct), form]);

  it.each(cases)('%s gets %s', async (_, __, { bytes, direct, isHead }) => {
    wire.send(bytes(to));
    const answers = await wire.answers(direct.answers.length, isHead);
    expect(answers.map((answer) => [answer.status, meaningOf(answer)])).toEqual(direct.answers);
    expect(harness.takeCalls()).toEqual(direct.calls);
    expect(wire.received).not.toContain(CANARY);
    if (direct.stays) await expectAnother();
    else await expectEnd(answers, isHead);
  });
});
