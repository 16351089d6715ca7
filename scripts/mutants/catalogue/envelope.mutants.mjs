const SCAN = 'libs/envelope/src/request/scan-envelope.ts';
const KEYS = 'libs/envelope/src/json/key-table.ts';
const GUARD = 'apps/federation/src/gateway/endpoint/body/reading.ts';

/** @type {import('../catalogue.mjs').Mutant[]} */
export const ENVELOPE_MUTANTS = [
  {
    name: 'batches-pass',
    what: 'Of a batch only the first call is judged.',
    traps: [12],
    edits: [
      {
        file: SCAN,
        find: "if (first === OPEN_BRACKET) throw new EnvelopeError('batch', 'a JSON array');",
        replace: `if (first === OPEN_BRACKET)
      return new EnvelopeScan(Buffer.from(JSON.stringify(JSON.parse(this.bytes.toString('utf8'))[0]))).run();`,
      },
    ],
  },
  {
    name: 'duplicate-keys-pass',
    what: 'Of two equal keys the first counts here and the last at the MCP server.',
    traps: [13],
    edits: [
      {
        file: KEYS,
        find: 'if ((this.mask & bit) !== 0) invalid(`duplicate',
        replace: 'if (bit < 0) invalid(`duplicate',
      },
    ],
  },
  {
    name: 'other-case-passes',
    what: 'Keys that differ by case only pass.',
    traps: [13],
    edits: [
      { file: KEYS, find: 'if (this.table.resembles(key)) invalid', replace: 'if (key === null) invalid' },
    ],
  },
  {
    name: 'rewritten-body',
    what: 'The message is parsed and written anew.',
    traps: [13],
    edits: [
      {
        file: 'libs/routing/src/next-hop/next-request.ts',
        find: 'body: message.body.length > 0 ? message.body : null,',
        replace:
          "body: message.body.length > 0 ? JSON.stringify(JSON.parse(message.body.toString('utf8'))) : null,",
      },
    ],
  },
  {
    name: 'raw-names',
    what: 'Names are compared as written, without undoing escapes.',
    traps: [14],
    edits: [
      {
        file: SCAN,
        find: 'return word ?? this.cursor.textAt(span);',
        replace: "return word ?? this.bytes.toString('utf8', span.start + 1, span.end - 1);",
      },
    ],
  },
  {
    name: 'any-media-type',
    what: 'A body of any type is taken for JSON.',
    traps: [15],
    edits: [{ file: GUARD, find: '    assertJson(request.headers);\n', replace: '' }],
  },
  {
    name: 'headers-believed',
    what: 'Headers that contradict the body pass.',
    traps: [16],
    edits: [
      {
        file: GUARD,
        find: 'if (envelope !== null) assertHeadersMatch(request, envelope);',
        replace: '',
      },
    ],
  },
  {
    name: 'calls-without-id',
    what: 'A call without an id is a notification.',
    traps: [17],
    edits: [
      {
        file: SCAN,
        find: "if (!isNotification && !hasId) invalid('a request without an id');",
        replace: "if (!hasId) return 'notification';",
      },
    ],
  },
  {
    name: 'small-bodies',
    what: 'Bodies of more than a mebibyte are refused.',
    traps: [21],
    edits: [
      {
        file: 'apps/federation/src/gateway/endpoint/body/http-body.ts',
        find: 'MAX_BODY_BYTES = 4 * 1024 * 1024',
        replace: 'MAX_BODY_BYTES = 1024 * 1024',
      },
    ],
  },
  {
    name: 'loose-paths',
    what: 'A trailing slash and upper case are tolerated.',
    traps: [24],
    edits: [
      {
        file: 'libs/contract/src/names.ts',
        find: '\\/server(?:\\?|$)/',
        replace: '\\/server\\/?(?:\\?|$)/i',
      },
    ],
  },
];
