const RELAY = 'libs/routing/src/relay/response-relay.ts';

export const STREAM_BREAKS = [
  {
    name: 'buffered-responses',
    what: 'A response is collected and passed on when it is whole.',
    traps: [1],
    edits: [
      {
        file: RELAY,
        find: 'if (this.transform === null) return this.write(chunk);',
        replace: 'if (this.transform === null) return void (this.kept ??= []).push(chunk);',
      },
      {
        file: RELAY,
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
      { file: RELAY, find: 'if (atOnce) response.flushHeaders();', replace: '' },
      {
        file: RELAY,
        find: 'else setImmediate(() => response.writableEnded || response.destroyed || response.flushHeaders());',
        replace: '',
      },
    ],
  },
  {
    name: 'no-disconnect',
    what: 'The disconnect of the agent is not carried on.',
    traps: [3],
    edits: [
      { file: RELAY, find: "this.abandon(new Error('The caller closed the connection.'));", replace: '' },
    ],
  },
  {
    name: 'few-connections',
    what: 'Streams and calls share a handful of connections to an MCP server.',
    traps: [23],
    edits: [
      {
        file: 'libs/routing/src/dialing/upstream.dialer.ts',
        find: 'new Pool(target.origin, {',
        replace: 'new Pool(target.origin, { connections: 8,',
      },
    ],
  },
];
