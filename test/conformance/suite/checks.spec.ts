import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { differences, readChecks, type Check } from './checks.js';

const check = (more: Partial<Check> = {}): Check => ({
  scenario: 'ping',
  id: 'ping',
  name: 'Ping',
  status: 'SUCCESS',
  ...more,
});

describe('the comparison of two runs', () => {
  it.each<[string, Check[], Check[], string[]]>([
    ['equal runs', [check()], [check()], []],
    [
      'another status',
      [check()],
      [check({ status: 'FAILURE' })],
      ['+ ping | ping | Ping | FAILURE | ', '- ping | ping | Ping | SUCCESS | '],
    ],
    [
      'a check that is missing once of twice',
      [check(), check()],
      [check()],
      ['- ping | ping | Ping | SUCCESS | '],
    ],
    ['a run that wrote nothing', [check()], [], ['- ping | ping | Ping | SUCCESS | ']],
  ])('tells %s', (_, first, second, expected) => {
    expect(differences(first, second)).toEqual(expected);
  });
});

describe('what the suite has written', () => {
  let directory: string;
  beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'causeway-checks-'))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const write = (scenario: string, checks: unknown[]): void => {
    const folder = join(directory, `${scenario}-2026-01-02T03-04-05-006Z`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'checks.json'), JSON.stringify(checks));
  };

  it('keeps what is the same in every run', () => {
    write('server-ping', [{ ...check(), timestamp: 'now', details: { port: 1 } }]);
    expect(readChecks(directory)).toEqual([check()]);
  });

  it.each([
    ['late', { tooEarly: false, slightlyLate: true }, 'SUCCESS'],
    ['early', { tooEarly: true, slightlyLate: false }, 'FAILURE'],
  ])('a client that reconnects too %s', (_, details, status) => {
    write('sse-retry', [{ id: 'client-sse-retry-timing', name: 'Retry', status: 'FAILURE', details }]);
    expect(readChecks(directory)).toMatchObject([{ scenario: 'sse-retry', status }]);
  });
});
