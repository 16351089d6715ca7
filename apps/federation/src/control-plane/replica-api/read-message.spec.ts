import { ENROL_REQUEST, HEARTBEAT } from '#libs/contract';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../problem/problem.error.js';
import { readMessage } from './read-message.js';

const GOOD = {
  joinToken: 'cwj_x',
  url: 'https://aws-gw.example.com',
  publicKey: 'A'.repeat(43),
  version: '0.1.0',
  schemaVersion: 1,
};
const ALL = Object.keys(GOOD);

describe('readMessage', () => {
  it('takes a message with fields that it does not know', () => {
    expect(readMessage(ENROL_REQUEST, { ...GOOD, newer: true })).toMatchObject(GOOD);
  });

  it.each<[string, unknown, string[]]>([
    ['nothing', null, ALL],
    ['a list', [], ALL],
    ['text instead of a number', { ...GOOD, schemaVersion: '1' }, ['schemaVersion']],
    ['zero where something is counted', { ...GOOD, schemaVersion: 0 }, ['schemaVersion']],
    ['a number beyond what a column holds', { ...GOOD, schemaVersion: 2 ** 31 }, ['schemaVersion']],
    ['a field that is missing', { ...GOOD, version: undefined }, ['version']],
  ])('names every field that is wrong in %s', (_, body, fields) => {
    const refusal = caught(() => readMessage(ENROL_REQUEST, body));
    expect(refusal.kind).toBe('validation');
    expect(refusal.members.errors?.map(({ field }) => field)).toEqual(fields);
  });

  it('counts from zero where there may be nothing to count', () => {
    expect(wrongRevision(0)).toBeUndefined();
    expect(wrongRevision(-1)).toBeDefined();
    expect(wrongRevision(1.5)).toBeDefined();
  });
});

const wrongRevision = (revision: number): unknown =>
  HEARTBEAT.errors({ revision }).find(({ field }) => field === 'revision');

function caught(work: () => unknown): ProblemError {
  try {
    work();
  } catch (error) {
    if (error instanceof ProblemError) return error;
  }
  throw new Error('no problem was thrown');
}
