/** What the MCP server of the bench answers. Sizes are those of the whole JSON body. */
const SMALL_BYTES = 2048;
const LARGE_BYTES = 1024 * 1024;
const EVENT_BYTES = 200;
const PROSE = 'The stand-up is at ten on Monday, beside the kitchen; "bring notes".\n';

/** @param {object} result */
const answer = (result) =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, result: { resultType: 'complete', ...result } });

/**
 * A tool result whose text is prose.
 * @param {number} bytes
 */
function prose(bytes) {
  const empty = answer({ content: [{ type: 'text', text: '' }] }).length;
  const text = PROSE.repeat(Math.round((bytes - empty) / (JSON.stringify(PROSE).length - 2)));
  return Buffer.from(answer({ content: [{ type: 'text', text }] }));
}

/** @param {number} count */
const rowsOf = (count) =>
  Array.from({ length: count }, (_, i) => ({
    id: i,
    title: `Stand-up ${i}`,
    start: '2026-02-09T10:00:00Z',
    minutes: 15 + (i % 4) * 15,
    attendees: ['alice@example.com', 'bob@example.com'],
    isPrivate: i % 7 === 0,
  }));

/**
 * A tool result with `structuredContent`, and the same once more as JSON inside a text, as MCP asks servers to send it.
 * @param {number} count
 */
function rows(count) {
  const structuredContent = { rows: rowsOf(count) };
  const content = [{ type: 'text', text: JSON.stringify(structuredContent) }];
  return answer({ content, structuredContent });
}

/** As many rows as make a body of so many bytes. @param {number} bytes */
const rowsOfSize = (bytes) => Buffer.from(rows(Math.floor((bytes * 1000) / rows(1000).length)));

/** JSON answers by the name of the tool that is called. */
export const JSON_ANSWERS = {
  get_calendar_events: prose(SMALL_BYTES),
  get_prose: prose(LARGE_BYTES),
  get_rows: rowsOfSize(LARGE_BYTES),
};

/** @param {object} message */
const event = (message) => `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;

/** @param {string} message */
const progress = (message) =>
  event({ method: 'notifications/progress', params: { progressToken: 1, progress: 1, message } });

/** One event of a stream: a progress notification. */
export const EVENT = Buffer.from(progress('x'.repeat(EVENT_BYTES - progress('').length)));

/** The event that ends a stream: the result. */
export const LAST_EVENT = Buffer.from(
  event({ id: 1, result: { resultType: 'complete', content: [{ type: 'text', text: 'done' }] } }),
);

/** The event with which a `subscriptions/listen` begins. */
export const ACKNOWLEDGED = Buffer.from(
  event({
    method: 'notifications/subscriptions/acknowledged',
    params: {
      notifications: { toolsListChanged: true },
      _meta: { 'io.modelcontextprotocol/subscriptionId': 1 },
    },
  }),
);
