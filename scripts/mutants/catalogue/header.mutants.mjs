const HEADERS = 'libs/routing/src/passed-headers.ts';

/** @type {(header: string, ...traps: number[]) => import('../catalogue.mjs').Mutant} */
const requestHeader = (header, ...traps) => ({
  name: `no-${header}`,
  what: `The request header ${header} is not passed on.`,
  traps,
  edits: [
    { file: HEADERS, find: `'baggage',\n]`, replace: `'baggage',\n].filter((name) => name !== '${header}')` },
  ],
});
/** @type {(header: string, ...traps: number[]) => import('../catalogue.mjs').Mutant} */
const responseHeader = (header, ...traps) => ({
  name: `no-${header}-back`,
  what: `The response header ${header} is not passed on.`,
  traps,
  edits: [
    { file: HEADERS, find: `'allow',\n]`, replace: `'allow',\n].filter((name) => name !== '${header}')` },
  ],
});
/** @type {(header: string, ...traps: number[]) => import('../catalogue.mjs').Mutant} */
const leak = (header, ...traps) => ({
  name: `${header}-leaks`,
  what: `The agent's ${header} reaches the MCP server.`,
  traps,
  edits: [{ file: HEADERS, find: `'baggage',\n`, replace: `'baggage', '${header}',\n` }],
});

/** @type {import('../catalogue.mjs').Mutant[]} */
export const HEADER_MUTANTS = [
  requestHeader('accept', 10),
  requestHeader('content-type', 10),
  requestHeader('mcp-protocol-version', 10),
  requestHeader('mcp-session-id', 7),
  requestHeader('last-event-id', 7),
  requestHeader('mcp-method', 10),
  requestHeader('mcp-name', 10),
  {
    name: 'no-mcp-param',
    what: 'The request headers Mcp-Param-* are not passed on.',
    traps: [10],
    edits: [{ file: HEADERS, find: ' || name.startsWith(PARAMETER)', replace: '' }],
  },
  responseHeader('mcp-session-id', 7),
  responseHeader('x-accel-buffering', 1),
  responseHeader('content-encoding', 2),
  responseHeader('retry-after', 8),
  responseHeader('allow', 8),
  leak('cookie', 10),
  leak('authorization', 10),
  {
    name: 'encodings-wanted',
    what: 'The MCP server is not told to send plain bytes.',
    traps: [2],
    edits: [{ file: HEADERS, find: "['accept-encoding', 'identity']", replace: '[]' }],
  },
  {
    name: 'no-trace',
    what: 'The trace ends at the gateway.',
    traps: [25],
    edits: [
      {
        file: 'libs/routing/src/next-hop/next-request.ts',
        find: '    addTrace(headers, message.trace);\n',
        replace: '',
      },
    ],
  },
];
