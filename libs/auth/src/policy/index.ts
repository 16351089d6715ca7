export { Access } from './access.js';
export { accessByPolicy, accessTo } from './access-evaluator.js';
export { AccessReview, type Allowed } from './access-review.js';
export { AUTHORIZED, Authorization, type Authorized } from './authorization.js';
export { AuthorizeGuard } from './authorize.guard.js';
export {
  type AccessExplanation,
  type ExplainedDecision,
  type ExplainQuery,
  explainAccess,
} from './explain-access.js';
export { type AnnouncedList, changedLists } from './changed-lists.js';
export { listKindOf, type Operation } from './operation.js';
export type { Standing } from './standing.js';
export { type Requester, subjectsOf } from './subjects.js';
