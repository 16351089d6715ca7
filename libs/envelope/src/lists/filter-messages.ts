import { ListScan } from './list-scan.js';
import type { ListView } from './list-view.js';

/**
 * Cuts out of a JSON body what its reader must not see: the elements of `result.tools`, `prompts`, `resources` and
 * `resourceTemplates` that `view` hides, or that cannot be told apart, and news of resources that the reader may not read.
 * Whatever message has such a list is filtered, whatever its id, also in a batch, since a resumed stream has no memory of
 * requests. The `cacheScope` of a list that is not the same for everybody becomes `private` (MCP 2026-07-28, caching). All
 * other bytes stay as they are.
 * @returns the very same buffer if nothing had to change; null if nothing is left to be told.
 * @throws {EnvelopeError} if the bytes are not JSON, or if readers could take different lists out of them.
 */
export const filterMessages = (bytes: Buffer, view: ListView): Buffer | null =>
  new ListScan(bytes, view).run();
