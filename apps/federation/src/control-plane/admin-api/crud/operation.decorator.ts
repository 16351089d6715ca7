import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiOperation, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { RequireRole, type RouteAccess } from '../auth/required-role.decorator.js';
import { PROBLEMS, type ProblemKind } from '../../problem/problems.js';
import { ProblemView } from './problem.view.js';

export interface OperationSpec extends RouteAccess {
  summary: string;
  status?: 200 | 201;
  answer: Type;
  problems?: ProblemKind[];
}

/** Problems that all operations of one kind have in common. */
export const ON_LIST: ProblemKind[] = ['validation'];
export const ON_READ: ProblemKind[] = ['not-found'];
export const ON_CREATE: ProblemKind[] = ['unparseable', 'duplicate', 'restore-pending', 'validation'];
export const ON_REPLACE: ProblemKind[] = [
  'unparseable',
  'not-found',
  'duplicate',
  'restore-pending',
  'precondition-failed',
  'validation',
  'precondition-required',
];
export const ON_DELETE: ProblemKind[] = ['not-found', 'restore-pending', 'precondition-failed', 'validation'];

const ALWAYS: ProblemKind[] = ['unauthenticated', 'forbidden', 'throttled', 'database-away'];

/** One operation of the admin API: who may use it, what the audit calls it, and what it answers. */
export function Operation({ summary, roles, action, status = 200, answer, problems = [] }: OperationSpec) {
  return applyDecorators(
    RequireRole({ roles, action }),
    HttpCode(status),
    ApiBearerAuth(),
    ApiOperation({ summary, description: `Roles: ${roles.join(', ')}.` }),
    ApiResponse({ status, type: answer, description: summary }),
    ApiExtraModels(ProblemView),
    ...problemResponses([...ALWAYS, ...problems]),
  );
}

const PROBLEM_CONTENT = { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemView) } } };

function problemResponses(kinds: ProblemKind[]): MethodDecorator[] {
  const byStatus = Map.groupBy(kinds, (kind) => PROBLEMS[kind].status);
  return [...byStatus].map(([status, same]) => {
    const description = same.map((kind) => PROBLEMS[kind].title).join('; ');
    return ApiResponse({ status, description, content: PROBLEM_CONTENT });
  });
}
