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
    ['no difference between equal runs', [check()], [check()], []],
    [
      'a check with another status',
      [check()],
      [check({ status: 'FAILURE' })],
      ['+ ping | ping | Ping | FAILURE | ', '- ping | ping | Ping | SUCCESS | '],
    ],
    [
      'a check that ran once instead of twice',
      [check(), check()],
      [check()],
      ['- ping | ping | Ping | SUCCESS | '],
    ],
    ['every check if the other run wrote nothing', [check()], [], ['- ping | ping | Ping | SUCCESS | ']],
  ])('reports %s', (_, first, second, expected) => {
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

  it('is kept as far as it is the same in every run', () => {
    write('server-ping', [{ ...check(), timestamp: 'now', details: { port: 1 } }]);
    expect(readChecks(directory)).toEqual([check()]);
  });

  it.each([
    ['late', 'SUCCESS', { tooEarly: false, slightlyLate: true }],
    ['early', 'FAILURE', { tooEarly: true, slightlyLate: false }],
  ])('has a client that reconnects too %s as a %s', (_, status, details) => {
    write('sse-retry', [{ id: 'client-sse-retry-timing', name: 'Retry', status: 'FAILURE', details }]);
    expect(readChecks(directory)).toMatchObject([{ scenario: 'sse-retry', status }]);
  });
});
