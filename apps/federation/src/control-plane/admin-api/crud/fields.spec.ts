import { validateSync } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { instanceOf } from '../../problem/input.js';
import { ExplainBody } from '../access/explain.dto.js';
import { UserBody } from '../users/user.dto.js';

const faultyFields = (type: new () => object, body: object): string[] =>
  validateSync(instanceOf(type, body)).map(({ property }) => property);
const texts = (count: number): string[] => Array.from({ length: count }, (_, i) => `g${i}`);

describe('a list of names', () => {
  it.each([
    ['distinct', ['a', 'b'], []],
    ['empty', [], []],
    ['with one name twice', ['a', 'b', 'a'], ['groups']],
    ['too long', texts(10_001), ['groups']],
    ['that is not a list', 'a', ['groups']],
  ])('%s', (_, groups, expected) => {
    expect(faultyFields(UserBody, { groups })).toEqual(expected);
  });

  it('as long as a body can be is refused without comparing each item with every other', () => {
    const QUERY = { user: 'alice', mcpServer: 'mcp-m365', entryGateway: 'aws' };
    expect(faultyFields(ExplainBody, { ...QUERY, groups: texts(200_000) })).toEqual(['groups']);
    expect(faultyFields(UserBody, { roles: texts(200_000) })).toEqual(['roles']);
  });
});

describe('admin roles', () => {
  it.each([
    [['admin', 'auditor'], []],
    [['admin', 'admin'], ['roles']],
    [['root'], ['roles']],
  ])('%j', (roles, expected) => {
    expect(faultyFields(UserBody, { roles })).toEqual(expected);
  });
});
