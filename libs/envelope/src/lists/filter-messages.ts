import { ListScan } from './list-scan.js';
import type { ListView } from './list-view.js';

/**
 * Removes from a JSON body what its reader must not see: the elements of `result.tools`, `prompts`, `resources` and
 * `resourceTemplates` that `view` hides or that have no clear name, and `notifications/resources/updated` if the reader may
 * not read resources. Every message with such a list is filtered, whatever its id, also in a batch: a resumed stream has no
 * memory of requests. The `cacheScope` of a list that differs between callers becomes `private` (MCP 2026-07-28, caching).
 * All other bytes stay as they are.
 * @returns the same buffer if nothing had to change; null if no message is left.
 * @throws {EnvelopeError} if the bytes are not JSON, or if readers could take different lists out of them.
 */
export const filterMessages = (bytes: Buffer, view: ListView): Buffer | null =>
  new ListScan(bytes, view).run();
