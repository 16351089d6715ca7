import { applyDecorators, Delete, Get, Post, Put } from '@nestjs/common';
import { READERS } from '../auth/required-role.decorator.js';
import { ApiIfMatch } from './if-match.decorator.js';
import {
  ON_CREATE,
  ON_DELETE,
  ON_LIST,
  ON_READ,
  ON_REPLACE,
  Operation,
  type OperationSpec,
} from './operation.decorator.js';
import { ReceiptView } from './receipt.view.js';
import type { ResourceSpec } from './resource-spec.js';

/** Where an operation of one resource differs from that of the others. */
export type Own = Partial<Pick<OperationSpec, 'summary' | 'problems'>>;

/** The operations of a resource: route, roles, action in the audit, answer and problems of each. */
export function operationsOf({ key, names, writers, classes }: ResourceSpec) {
  const { action, one, many } = names;
  const { view, newView, page } = classes;
  const item = `:${key}`;
  const reads = { roles: READERS, action: null };
  const changes = (verb: string) => ({ roles: writers, action: `${action}.${verb}` });
  return {
    List: (own: Own = {}) =>
      applyDecorators(
        Get(),
        Operation({ ...reads, summary: `Lists ${many}`, answer: page, problems: ON_LIST, ...own }),
      ),
    Create: (own: Own = {}) =>
      applyDecorators(
        Post(),
        Operation({
          ...changes('create'),
          summary: `Creates ${one}`,
          status: 201,
          answer: newView ?? view,
          problems: ON_CREATE,
          ...own,
        }),
      ),
    Read: (own: Own = {}) =>
      applyDecorators(
        Get(item),
        Operation({ ...reads, summary: `Reads ${one}`, answer: view, problems: ON_READ, ...own }),
      ),
    Replace: (own: Own = {}) =>
      applyDecorators(
        Put(item),
        ApiIfMatch(true),
        Operation({
          ...changes('replace'),
          summary: `Replaces ${one}`,
          answer: view,
          problems: ON_REPLACE,
          ...own,
        }),
      ),
    Remove: (own: Own = {}) =>
      applyDecorators(
        Delete(item),
        Operation({
          ...changes('delete'),
          summary: `Removes ${one}`,
          answer: ReceiptView,
          problems: ON_DELETE,
          ...own,
        }),
      ),
  };
}
