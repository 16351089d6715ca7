import type { AuditPart, AuditStatus, Reason } from '#libs/contract';
import type { McpAuditRecord, RefusalsAuditRecord } from './audit-record.js';
import { requestTimes } from './request-times.js';

/** The record of the parts of one request id, of whatever kind. @param parts as in {@link mergeParts}. */
export function auditRecordOf(parts: readonly AuditPart[]): McpAuditRecord | RefusalsAuditRecord {
  const requests = parts.filter(({ refusals }) => refusals === undefined);
  return requests.length === 0 ? refusalsRecord(parts[0]) : mergeParts(requests);
}

function refusalsRecord(part: AuditPart | undefined): RefusalsAuditRecord {
  if (part?.refusals === undefined) throw new Error('An audit record needs at least one part');
  const { source, until, reasons } = part.refusals;
  return {
    kind: 'refusals',
    id: part.requestId,
    timestamp: part.timestamp,
    until,
    user: null,
    entry_gateway: part.gatewayHost,
    status: 'denied',
    revision: null,
    source,
    count: refusalCount(part),
    reasons: Object.fromEntries(reasons.map(({ reason, count }) => [reason, count])),
  };
}

/** How many refused requests a part stands for; 0 if it is one request's. */
export const refusalCount = ({ refusals }: AuditPart): number =>
  refusals?.reasons.reduce((sum, { count }) => sum + count, 0) ?? 0;

/**
 * Merges what the gateways delivered about one request. The order in which a gateway's intents and outcomes came makes no
 * difference, and neither do repetitions. Of several gateways that claim the same role only one counts: the first that
 * claimed to be the entry gateway, and the handling gateway that this one named.
 * @param parts of one request id, at least one, in the order of arrival.
 */
export function mergeParts(parts: readonly AuditPart[]): McpAuditRecord {
  const entry = newest(ofFirstGateway(parts.filter((part) => part.role === 'entry')));
  const handling = newest(handlingParts(parts, entry));
  const main = entry ?? handling;
  if (main === null) throw new Error('An audit record needs at least one part');
  const other = handling ?? main;
  return {
    ...identity(main, other, entry, handling),
    ...verdict(entry, handling),
    ...requestTimes(entry, handling),
  };
}

function identity(main: AuditPart, other: AuditPart, entry: AuditPart | null, handling: AuditPart | null) {
  return {
    kind: 'mcp' as const,
    id: main.requestId,
    timestamp: main.timestamp,
    user: main.user ?? other.user,
    mcp_server: main.server,
    tool: main.tool ?? other.tool,
    entry_gateway: entry?.gatewayHost ?? main.entryGateway,
    handling_gateway: handling?.gatewayHost ?? main.handlingGateway,
    proxy_hops: handling === null ? main.proxyHops : 1,
    trace_id: main.traceId ?? other.traceId,
    method: main.method ?? other.method,
    revision: main.revision,
    bytes_in: main.bytesIn,
    bytes_out: main.bytesOut,
    client: main.client ?? other.client,
  };
}

/** Status, reason and failing hop come from the same part: the one that saw what ended the request. */
function verdict(entry: AuditPart | null, handling: AuditPart | null) {
  const outcomes = [entry, handling].filter((part) => part !== null && tellsOutcome(part)) as AuditPart[];
  const deciding = decidingPart(outcomes);
  const denying = [entry, handling].find((part) => part?.decision === 'deny') ?? null;
  const rest = outcomes.find((part) => part !== deciding);
  const status: AuditStatus = deciding?.status ?? 'unknown';
  return {
    status,
    // Only a request for more input is a success with a reason.
    reason: deciding?.reason ?? (status === 'success' ? null : (rest?.reason ?? null)),
    hop: status === 'success' ? null : (deciding?.hop ?? rest?.hop ?? null),
    decision: denying?.decision ?? entry?.decision ?? handling?.decision ?? null,
    policy: denying === null ? (entry?.policy ?? handling?.policy ?? null) : denying.policy,
  };
}

/** What a gateway reads in an answer that it passes on. */
const IN_ANSWER: ReadonlySet<string | null> = new Set<Reason>(['rpc_error', 'tool_error', 'upstream_status']);

/**
 * A denial counts wherever it was made, unless the request had reached the MCP server by then. Otherwise the entry gateway
 * knows best, since it saw what the agent got, unless the handling gateway saw an error where it saw a success, or only the
 * consequence.
 */
function decidingPart(outcomes: AuditPart[]): AuditPart | undefined {
  const [first, second] = outcomes;
  const denied = outcomes.find((part) => part.status === 'denied');
  if (denied !== undefined) return executed(outcomes) ?? denied;
  if (first === undefined || second?.status !== 'error') return first;
  return first.status === 'success' || isConsequence(first, second) ? second : first;
}

/** The handling gateway's part if it had passed the request on, so that a denial came too late. */
const executed = (outcomes: AuditPart[]): AuditPart | undefined =>
  outcomes.find((part) => part.role === 'handling' && part.status === 'error' && part.nextHopMs !== null);

/**
 * What a handling gateway sees as its client's disconnect is that of the entry gateway: only that one knows whether its agent
 * went away, and if it was killed, nobody does.
 */
const tellsOutcome = (part: AuditPart): boolean =>
  isOutcome(part) && !(part.role === 'handling' && part.status === 'cancelled');

/** Behind the first byte, a fault at the MCP server reaches the entry gateway as a broken hop or as an error event. */
function isConsequence(entry: AuditPart, handling: AuditPart): boolean {
  const isPassedOn = entry.reason === 'remote_gateway_interrupted' || IN_ANSWER.has(entry.reason);
  return entry.status === 'error' && isPassedOn && !IN_ANSWER.has(handling.reason);
}

const isOutcome = (part: AuditPart): boolean => part.phase === 'outcome' && part.status !== 'unknown';

/** The part that tells most: an outcome before an outcome `unknown` before an intent. */
function newest(parts: AuditPart[]): AuditPart | null {
  return parts.find(isOutcome) ?? parts.find((part) => part.phase === 'outcome') ?? parts[0] ?? null;
}

const ofFirstGateway = (parts: AuditPart[]): AuditPart[] =>
  parts.filter((part) => part.gateway === parts[0]?.gateway);

function handlingParts(parts: readonly AuditPart[], entry: AuditPart | null): AuditPart[] {
  const claimed = parts.filter((part) => part.role === 'handling');
  if (entry === null) return ofFirstGateway(claimed);
  return ofFirstGateway(claimed.filter((part) => part.gatewayHost === entry.handlingGateway));
}
