export { Access, type Decision, type DenialReason } from './access.js';
export { accessByPolicy, accessTo } from './access-evaluator.js';
export {
  type AccessExplanation,
  type ExplainedDecision,
  type ExplainQuery,
  explainAccess,
} from './explain-access.js';
export { type AnnouncedList, changedLists } from './changed-lists.js';
export { listKindOf, type Operation } from './operation.js';
export { type Caller, subjectsOf } from './subjects.js';
