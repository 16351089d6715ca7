import type { McpServerObservation } from '#libs/registry';
import type { McpServerView, ServerState } from './mcp-server.dto.js';

type Observed = McpServerView['observed'];

const NOTHING_SEEN: Observed = {
  lastSuccessAt: null,
  lastFailure: null,
  protocolVersions: [],
  serverInfo: null,
};

/** What traffic has shown of a server, if there was any. */
export function observedView(seen: McpServerObservation | undefined): Observed {
  if (seen === undefined) return NOTHING_SEEN;
  const { gateway, lastSuccessAt, lastFailureAt, lastFailure, protocolVersions, serverInfo } = seen;
  const failure = lastFailureAt &&
    lastFailure && { at: lastFailureAt.toISOString(), ...lastFailure, gateway };
  return {
    lastSuccessAt: lastSuccessAt?.toISOString() ?? null,
    lastFailure: failure,
    protocolVersions,
    serverInfo,
  };
}

/** Failures in which no answer of an MCP server could come. */
const STATE_OF_REASON: Readonly<Record<string, ServerState>> = {
  upstream_unreachable: 'unreachable',
  destination_ip_prohibited: 'unreachable',
  transport_unsupported: 'transport_unsupported',
};

/** The state of a server by its last request: RFC 3339 times in UTC sort as texts. */
export function statusView({ lastSuccessAt, lastFailure }: Observed): McpServerView['status'] {
  if (lastFailure !== null && (lastSuccessAt === null || lastFailure.at > lastSuccessAt))
    return { state: STATE_OF_REASON[lastFailure.reason] ?? 'failing', checkedAt: lastFailure.at };
  return { state: lastSuccessAt === null ? 'unprobed' : 'ok', checkedAt: lastSuccessAt };
}
