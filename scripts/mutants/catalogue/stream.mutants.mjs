const RESPONSE = 'libs/routing/src/relay/hop-response.ts';
const WRITER = 'libs/routing/src/relay/response-writer.ts';
const REQUEST = 'libs/routing/src/next-hop/next-request.ts';
const EVENTS = 'libs/routing/src/relay/stream/event-stream.ts';
const CANCELLED = '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}';

/** @type {import('../catalogue.mjs').Mutant[]} */
export const STREAM_MUTANTS = [
  {
    name: 'buffered-responses',
    what: 'A response is collected and passed on when it is whole.',
    traps: [1],
    edits: [
      {
        file: WRITER,
        find: 'if (this.transform === null) return this.write(chunk);',
        replace: 'if (this.transform === null) return (this.kept ??= []).push(chunk) > 0;',
      },
      {
        file: WRITER,
        find: 'const rest = this.transform?.end() ?? [];',
        replace: 'const rest = this.transform?.end() ?? this.kept ?? [];',
      },
    ],
  },
  {
    name: 'late-head',
    what: 'The head of a response waits for its first byte.',
    traps: [1],
    edits: [
      {
        file: WRITER,
        find: `    if (isStream) this.flushHead();
    else setImmediate(() => this.flushHead());
`,
        replace: '',
      },
    ],
  },
  {
    name: 'no-disconnect',
    what: 'The disconnect of the agent is not carried on.',
    traps: [3],
    edits: [
      { file: RESPONSE, find: "this.abandon(new Error('The caller closed the connection.'));", replace: '' },
    ],
  },
  {
    name: 'few-connections',
    what: 'Streams and calls share a handful of connections to an MCP server.',
    traps: [23],
    edits: [
      {
        file: 'libs/routing/src/next-hop/upstream.dialer.ts',
        find: 'new Pool(target.origin, {',
        replace: 'new Pool(target.origin, { connections: 8,',
      },
    ],
  },
  {
    name: 'made-up-cancellation',
    what: 'The disconnect of the agent is told to the MCP server as a cancellation.',
    traps: [4],
    edits: [
      {
        file: RESPONSE,
        find: "this.abandon(new Error('The caller closed the connection.'));",
        replace: `this.abandon(new Error('The caller closed the connection.'));
    if (this.sent.nextHop.kind === 'upstream')
      void fetch(this.sent.nextHop.server.url, { method: 'POST', body: '${CANCELLED}' }).catch(() => undefined);`,
      },
    ],
  },
  {
    name: 'usual-response-time-out',
    what: 'The head of an answer is waited for no longer than HTTP clients usually do.',
    traps: [5],
    edits: [{ file: REQUEST, find: 'headersTimeout: ', replace: 'noHeadersTimeout: ' }],
  },
  {
    name: 'usual-stream-time-out',
    what: 'A stream may be silent no longer than HTTP clients usually allow.',
    traps: [5],
    edits: [{ file: REQUEST, find: 'bodyTimeout: ', replace: 'noBodyTimeout: ' }],
  },
  {
    name: 'silence-fails',
    what: 'A listening stream that is silent for too long is broken off.',
    traps: [5],
    edits: [
      {
        file: RESPONSE,
        find: 'if (this.open?.isListening === true && isSilence(error)) return this.finish();',
        replace: '',
      },
    ],
  },
  {
    name: 'no-keep-alive',
    what: 'Silent streams get no comments.',
    traps: [6],
    edits: [{ file: EVENTS, find: 'this.put(KEEP_ALIVE);', replace: 'void KEEP_ALIVE;' }],
  },
  {
    name: 'keep-alive-anywhere',
    what: 'Comments come in the middle of events.',
    traps: [6],
    edits: [
      {
        file: EVENTS,
        find: 'now - this.quietSince >= keepAliveMs && this.mayInsert;',
        replace: 'now - this.quietSince >= keepAliveMs;',
      },
    ],
  },
  {
    name: 'streams-cut-at-shutdown',
    what: 'A shutdown destroys listening streams.',
    traps: [23],
    edits: [
      {
        file: 'libs/routing/src/relay/stream/stream-watch.ts',
        find: 'if (response.isListening) response.finish();',
        replace: 'if (response.isListening) response.sent.response.destroy();',
      },
    ],
  },
  {
    name: 'streams-count-as-requests',
    what: 'Open streams use up the limit of requests in flight.',
    traps: [23],
    edits: [
      {
        file: 'libs/routing/src/forwarding.ts',
        find: "? 'streams' : 'requests'",
        replace: "? 'requests' : 'requests'",
      },
    ],
  },
];
