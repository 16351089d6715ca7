import { RegistryError } from '#libs/registry';
import { NotFoundException } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { ProblemError } from './problem.error.js';
import { problemOf } from './problem-of.js';

const withCode = (code: string, message = 'x'): Error => Object.assign(new Error(message), { code });

describe('problemOf', () => {
  it.each([
    ['a problem itself', new ProblemError('draining', 'x'), 'draining'],
    ['a refusal of the registry', new RegistryError('in-use', 'x'), 'in-use'],
    ['an unknown route', new NotFoundException(), 'not-found'],
    ['a body too large', Object.assign(new Error('x'), { statusCode: 413 }), 'body-too-large'],
    ['a path too long', Object.assign(new Error('x'), { statusCode: 414 }), 'unparseable'],
    ['a refused connection', withCode('ECONNREFUSED'), 'database-away'],
    ['a server that shuts down', new QueryFailedError('', [], withCode('57P01')), 'database-away'],
    ['a broken connection', new Error('Connection terminated unexpectedly'), 'database-away'],
    ['all addresses failing', new AggregateError([withCode('ECONNREFUSED')]), 'database-away'],
    ['a lost race for a unique value', new QueryFailedError('', [], withCode('23505')), 'duplicate'],
    ['a wrong statement', new QueryFailedError('', [], withCode('42601')), 'internal'],
    ['anything else', 'boom', 'internal'],
  ])('of %s', (_, error, kind) => {
    expect(problemOf(error).kind).toBe(kind);
  });

  it('does not reveal an unexpected cause', () => {
    expect(problemOf(new Error('password=hunter2')).detail).not.toContain('hunter2');
  });
});
