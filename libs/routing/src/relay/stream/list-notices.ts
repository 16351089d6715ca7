import type { AnnouncedList } from '#libs/auth';
import type { Asked } from '#libs/request';

/** How a stream tells its reader that a list has changed. */
export interface ListNotices {
  /** True if nothing may come before the MCP server's own first message. */
  readonly awaitsFirstMessage: boolean;
  /** The event, without an id: the reader's place in the MCP server's stream stays what it is. Null if nobody asked for it. */
  eventFor(list: AnnouncedList): string | null;
}

const event = (list: AnnouncedList, params: string): string =>
  `data: {"jsonrpc":"2.0","method":"notifications/${list}/list_changed"${params}}\n\n`;

/** MCP up to 2025-11-25: the GET stream carries what no request asked for. */
const LEGACY: ListNotices = { awaitsFirstMessage: false, eventFor: (list) => event(list, '') };

/** How this request's stream announces changes; null if it is not the place for them. */
export function listNoticesFor({ httpMethod, method, idRaw }: Asked, body: Buffer): ListNotices | null {
  if (httpMethod === 'GET') return LEGACY;
  return method === 'subscriptions/listen' && idRaw !== null ? subscribed(idRaw, body) : null;
}

/** MCP 2026-07-28, subscriptions: only what was asked for, under the request's id, after the acknowledgement. */
function subscribed(idRaw: string, body: Buffer): ListNotices {
  const wanted = wantedLists(body);
  const params = `,"params":{"_meta":{"io.modelcontextprotocol/subscriptionId":${idRaw}}}`;
  return {
    awaitsFirstMessage: true,
    eventFor: (list) => (wanted[`${list}ListChanged`] === true ? event(list, params) : null),
  };
}

function wantedLists(body: Buffer): Record<string, unknown> {
  const { params } = JSON.parse(body.toString('utf8')) as { params?: { notifications?: unknown } };
  const wanted = params?.notifications;
  return typeof wanted === 'object' && wanted !== null ? (wanted as Record<string, unknown>) : {};
}
