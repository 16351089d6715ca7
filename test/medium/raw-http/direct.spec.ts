import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callOf } from '../../support/relay/raw-client.js';
import { call, CANARY, type Address } from './forms/form.js';
import { FORMS } from './forms/index.js';
import { RawStage } from './raw-stage.js';
import { answersIn, meaningOf } from './wire-answer.js';
import { Wire } from './wire.js';

describe('bytes in, status out, straight at a gateway', () => {
  let stage: RawStage;
  let wire: Wire;
  let to: Address;

  beforeAll(async () => {
    stage = await RawStage.start();
    to = { host: new URL(stage.url).host, user: stage.alice };
  });
  afterAll(() => stage.stop());
  beforeEach(async () => {
    stage.takeCalls();
    wire = await Wire.open(stage.url);
  });
  afterEach(() => wire.destroy());

  it.each(FORMS.map((form) => [form.name, form] as const))('%s', async (_, { bytes, direct, isHead }) => {
    wire.send(bytes(to));
    const answers = await wire.answers(direct.answers.length, isHead);
    expect(answers.map((answer) => [answer.status, meaningOf(answer)])).toEqual(direct.answers);
    expect(stage.takeCalls()).toEqual(direct.calls);
    expect(wire.received).not.toContain(CANARY);
    if (!direct.stays) {
      await wire.end();
      return expect(answersIn(wire.received, isHead)).toMatchObject({ answers, rest: '' });
    }
    wire.received = '';
    wire.send(call({ body: callOf('next') })(to));
    const [next] = await wire.answers(1);
    expect(next && meaningOf(next)).toBe('result:next');
    expect(stage.takeCalls()).toEqual(['next']);
  });
});
