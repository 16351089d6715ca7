import { HeldBytes } from '../held-bytes.js';
import { SseEvent } from '../lists/sse-event.js';
import { SseEvents } from '../sse/events.js';
import type { ResultKind, ResultWatcher } from './message-result.js';

/** What an MCP server says of itself in its result of `initialize` or `server/discover`. */
export interface ServerIntroduction {
  readonly name: string | null;
  readonly version: string | null;
  /** Protocol revisions: the one that was agreed on (legacy), or all that it supports (modern). */
  readonly protocolVersions: readonly string[];
}

/** Bytes of an answer beyond which it is not read: an introduction is small. */
const MAX_BYTES = 64 * 1024;
/** Modern results carry it in their `_meta` (MCP 2026-07-28). */
const SERVER_INFO = 'io.modelcontextprotocol/serverInfo';

/** Watches the answer to `initialize` or `server/discover` go by, and keeps as much of it as an introduction may have. */
export class IntroductionWatcher implements ResultWatcher {
  private readonly held = new HeldBytes(MAX_BYTES);
  private isTooLong = false;

  constructor(
    private readonly result: ResultWatcher,
    private readonly mediaType: string,
  ) {}

  push(chunk: Buffer): void {
    this.result.push(chunk);
    if (!this.isTooLong) this.isTooLong = !this.held.add(Buffer.from(chunk));
  }

  get kind(): ResultKind {
    return this.result.kind;
  }

  get answered(): boolean {
    return this.result.answered;
  }

  /** What it said, once its answer is here; null if it introduced itself in no way that is known. */
  introduction(): ServerIntroduction | null {
    if (this.isTooLong) return null;
    const body = this.held.take();
    const messages = this.mediaType === 'text/event-stream' ? eventData(body) : [body];
    return messages.map(introductionIn).find((found) => found !== null) ?? null;
  }
}

/** A stream that cannot be read tells nothing. */
function eventData(body: Buffer): Buffer[] {
  try {
    const events = new SseEvents(MAX_BYTES).push(body);
    return events.map(
      (event, i) => new SseEvent(event, i === 0 ? 'start of the stream' : 'start of a line').data,
    );
  } catch {
    return [];
  }
}

type Fields = Record<string, unknown>;

function introductionIn(message: Buffer): ServerIntroduction | null {
  const result = fieldsOf(parsed(message))['result'];
  if (typeof result !== 'object' || result === null) return null;
  const { protocolVersion, supportedVersions, serverInfo, _meta } = result as Fields;
  const info = fieldsOf(serverInfo ?? fieldsOf(_meta)[SERVER_INFO]);
  const versions = Array.isArray(supportedVersions) ? supportedVersions : [protocolVersion];
  return {
    name: textOf(info['name']),
    version: textOf(info['version']),
    protocolVersions: versions.filter((version) => typeof version === 'string'),
  };
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function parsed(message: Buffer): unknown {
  try {
    return JSON.parse(message.toString('utf8'));
  } catch {
    return null;
  }
}
