import { eventually } from './eventually.js';
import type { AdminApi } from './registrar.js';

/** What these tests read of an audit record. */
export interface AuditRecord {
  id: string;
  user: string;
  method: string;
  status: string;
  reason: string | null;
  tool: string | null;
  entry_gateway: string;
  handling_gateway: string;
  proxy_hops: number;
  total_latency_ms: number;
  proxy_ms: number;
  upstream_ms: number;
  hops: { gateway: string; role: string; ms: number | null }[];
}

/** The outcomes of both gateways are in it; until then it tells of intents, and its status is `unknown`. */
export const isMerged = (record: AuditRecord | undefined): boolean =>
  record?.hops.length === 2 && record.hops.every((hop) => hop.ms !== null);

/** The records that match, newest first, as soon as `complete` holds for them. */
export async function auditRecords(
  api: AdminApi,
  query: Record<string, string>,
  complete: (records: AuditRecord[]) => boolean,
): Promise<AuditRecord[]> {
  return eventually(async () => {
    const search = new URLSearchParams({ kind: 'mcp', limit: '500', ...query });
    const { items } = (await api.get(`/audit?${search.toString()}`)) as { items: AuditRecord[] };
    if (!complete(items)) throw new Error(`audit is not complete: ${JSON.stringify(items.slice(0, 3))}`);
    return items;
  }, 20_000);
}
