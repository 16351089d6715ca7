const GUARD = 'apps/federation/src/gateway/mcp/envelope/envelope.guard.ts';

export const ACCESS_BREAKS = [
  {
    name: 'rewritten-body',
    what: 'The message is parsed and written anew.',
    traps: [13],
    edits: [
      {
        file: 'libs/routing/src/request/next-request.ts',
        find: 'body: exchange.body.length > 0 ? exchange.body : null,',
        replace:
          "body: exchange.body.length > 0 ? JSON.stringify(JSON.parse(exchange.body.toString('utf8'))) : null,",
      },
    ],
  },
  {
    name: 'headers-believed',
    what: 'Headers that contradict the body pass.',
    traps: [16],
    edits: [
      {
        file: GUARD,
        find: '    if (exchange.envelope !== null) assertHeadersMatch(exchange, exchange.envelope);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'any-media-type',
    what: 'A body of any type is taken for JSON.',
    traps: [15],
    edits: [{ file: GUARD, find: '  assertJson(request.headers);\n', replace: '' }],
  },
  {
    name: 'small-bodies',
    what: 'Bodies of more than a mebibyte are refused.',
    traps: [21],
    edits: [
      {
        file: 'apps/federation/src/gateway/mcp/envelope/read-body.ts',
        find: 'MAX_BODY_BYTES = 4 * 1024 * 1024',
        replace: 'MAX_BODY_BYTES = 1024 * 1024',
      },
    ],
  },
  {
    name: 'unbound-sessions',
    what: 'A session id is not checked against its user.',
    traps: [7],
    edits: [
      {
        file: 'libs/auth/src/session/session-binding.ts',
        find: "if (!isOwn) throw new GatewayFault('session_unknown');",
        replace: '',
      },
    ],
  },
  {
    name: 'loose-paths',
    what: 'A trailing slash is tolerated.',
    traps: [24],
    edits: [
      {
        file: 'apps/federation/src/gateway/mcp/admit/endpoint-path.ts',
        find: '\\/server(?:\\?|$)/',
        replace: '\\/server\\/?(?:\\?|$)/i',
      },
    ],
  },
  {
    name: 'resumed-lists-unfiltered',
    what: 'Lists on a GET stream are not filtered.',
    traps: [18],
    edits: [
      {
        file: 'libs/routing/src/relay/list-transform.ts',
        find: "exchange.httpMethod === 'GET' || ",
        replace: '',
      },
    ],
  },
  {
    name: 'outcome-unread',
    what: 'Nobody looks whether the call has failed inside of its answer.',
    traps: [20],
    edits: [
      {
        file: 'libs/routing/src/relay/response-relay.ts',
        find: '    this.peek?.push(chunk);\n',
        replace: '',
      },
    ],
  },
];
