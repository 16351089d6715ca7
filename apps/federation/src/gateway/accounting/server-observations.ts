import { Injectable } from '@nestjs/common';
import {
  MAX_FAILURE_DETAIL,
  MAX_OBSERVED_SERVERS,
  MAX_PROTOCOL_VERSIONS,
  MAX_SERVER_INFO,
  PROTOCOL_VERSION,
  type Reason,
  type ServerInfo,
  type ServerObservation,
} from '#libs/contract';
import type { ServerIntroduction } from '#libs/envelope';
import type { RequestLog } from '#libs/request';
import { faultDetail } from '#libs/routing';
import type { Snapshot } from '#libs/snapshot';
import type { ObservationsSource } from '../sync/heartbeat/observations-source.js';
import type { RequestResult } from './audit-part.js';

/** A server that only goes on to work is reported this often, milliseconds. */
const REPEAT_MS = 15_000;

/** What is known of one server under one registration. Times are milliseconds since the epoch, 0 for never. */
interface Observed {
  readonly revision: number;
  successAt: number;
  failureAt: number;
  reason: Reason | null;
  detail: string | null;
  protocolVersions: readonly string[];
  serverInfo: ServerInfo | null;
  /** The success that was reported last. */
  reportedSuccessAt: number;
  /** Something other than one more success is still to be reported. */
  isNews: boolean;
}

/** Remembers what requests have shown of the MCP servers next to this gateway, until a heartbeat takes it along. */
@Injectable()
export class ServerObservations implements ObservationsSource {
  private readonly held = new Map<string, Observed>();

  /** To be called when a request that was sent to an MCP server has ended. */
  note(log: RequestLog, result: RequestResult): void {
    const { nextHop, introduction } = log;
    if (nextHop === null) return;
    const observed = this.observed(nextHop.server);
    if (result.leg === nextHop.label) fail(observed, result.reason, log);
    else if (log.result.answered || result.status === 'success') succeed(observed);
    if (introduction !== null) introduce(observed, introduction);
  }

  due(snapshot: Snapshot | null): ServerObservation[] {
    const now = Date.now();
    const due: ServerObservation[] = [];
    for (const [server, observed] of this.held) {
      if (snapshot?.server(server)?.revision !== observed.revision) this.held.delete(server);
      else if (due.length < MAX_OBSERVED_SERVERS && isDue(observed, now))
        due.push(rendered(server, observed));
    }
    return due;
  }

  delivered(observations: readonly ServerObservation[]): void {
    for (const { server, revision, lastSuccessAt, lastFailure } of observations) {
      const observed = this.held.get(server);
      if (observed?.revision !== revision) continue;
      observed.reportedSuccessAt = lastSuccessAt === null ? 0 : Date.parse(lastSuccessAt);
      observed.isNews = (lastFailure === null ? 0 : Date.parse(lastFailure.at)) !== observed.failureAt;
    }
  }

  private observed({ name, revision }: { name: string; revision: number }): Observed {
    let observed = this.held.get(name);
    if (observed?.revision !== revision) this.held.set(name, (observed = unseen(revision)));
    return observed;
  }
}

const unseen = (revision: number): Observed => ({
  revision,
  successAt: 0,
  failureAt: 0,
  reason: null,
  detail: null,
  protocolVersions: [],
  serverInfo: null,
  reportedSuccessAt: 0,
  isNews: false,
});

/** The first success after a failure is news; one more of many is not. */
function succeed(observed: Observed): void {
  if (observed.successAt <= observed.failureAt) observed.isNews = true;
  observed.successAt = Date.now();
}

function fail(observed: Observed, reason: Reason | null, { fault, result }: RequestLog): void {
  observed.failureAt = Date.now();
  observed.reason = reason;
  observed.detail = (fault === null ? result.detail : faultDetail(fault)) ?? null;
  observed.isNews = true;
}

function introduce(observed: Observed, { name, version, protocolVersions }: ServerIntroduction): void {
  const info = name === null ? observed.serverInfo : { name: shown(name), version: shown(version ?? '') };
  const versions = newestFirst([...observed.protocolVersions, ...protocolVersions]);
  if (String(versions) === String(observed.protocolVersions) && isSameInfo(info, observed.serverInfo)) return;
  observed.serverInfo = info;
  observed.protocolVersions = versions;
  observed.isNews = true;
}

const newestFirst = (versions: readonly string[]): string[] =>
  [...new Set(versions)]
    .filter((version) => PROTOCOL_VERSION.test(version))
    .toSorted()
    .toReversed()
    .slice(0, MAX_PROTOCOL_VERSIONS);

const isSameInfo = (a: ServerInfo | null, b: ServerInfo | null): boolean =>
  a?.name === b?.name && a?.version === b?.version;

const isDue = ({ isNews, successAt, reportedSuccessAt }: Observed, now: number): boolean =>
  isNews || (successAt > reportedSuccessAt && now - reportedSuccessAt >= REPEAT_MS);

const timeOf = (at: number): string | null => (at === 0 ? null : new Date(at).toISOString());

function rendered(server: string, observed: Observed): ServerObservation {
  const { revision, successAt, failureAt, reason, detail, serverInfo } = observed;
  const at = timeOf(failureAt);
  return {
    server,
    revision,
    lastSuccessAt: timeOf(successAt),
    lastFailure:
      at === null || reason === null
        ? null
        : { at, reason, detail: detail === null ? null : shown(detail, MAX_FAILURE_DETAIL) },
    protocolVersions: [...observed.protocolVersions],
    serverInfo,
  };
}

// oxlint-disable-next-line no-control-regex -- they are what is replaced.
const CONTROL = /[\x00-\x1f\x7f-\x9f]+/g;
const shown = (text: string, length = MAX_SERVER_INFO): string =>
  text.toWellFormed().replace(CONTROL, ' ').slice(0, length);
