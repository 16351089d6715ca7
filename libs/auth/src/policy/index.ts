export { Access } from './access.js';
export { accessByPolicy, accessTo, type Requester, subjectsOf } from './access-evaluator.js';
export { AccessReview, type Allowed } from './access-review.js';
export {
  AUTHORIZED,
  Authorization,
  type Authorized,
  AuthorizeGuard,
  type AccessResult,
} from './authorization.js';
export {
  type AccessExplanation,
  type ExplainedDecision,
  type ExplainQuery,
  explainAccess,
} from './explain-access.js';
export { type AnnouncedList, changedLists } from './changed-lists.js';
export { listKindOf, type Operation } from './operation.js';
