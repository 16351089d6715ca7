const WRITER = 'libs/routing/src/relay/response-writer.ts';
const HEAD_SENT = 'this.response.sendHead(status, headers);';
const ADMISSION = 'apps/federation/src/gateway/endpoint/admission/admission.ts';
const METHODS = "ALLOWED_METHODS.split(', ')";
const DIALER = 'libs/routing/src/next-hop/upstream.dialer.ts';
const ERRORS = 'libs/contract/src/errors.ts';

/** @type {(name: string, what: string, expression: string) => import('../catalogue.mjs').Mutant} */
const status = (name, what, expression) => ({
  name,
  what,
  traps: [8],
  edits: [{ file: WRITER, find: HEAD_SENT, replace: `this.response.sendHead(${expression}, headers);` }],
});
/** @type {(reason: string) => import('../catalogue.mjs').Mutant} */
const asClientError = (reason) => ({
  name: `${reason}-as-404`,
  what: `A failure of the federation is answered with 404 (${reason}).`,
  traps: [9],
  edits: [
    {
      file: ERRORS,
      find: `${reason}: spec(`,
      replace: `${reason}: ((_, ...rest) => spec(404, ...rest))(`,
    },
  ],
});

/** @type {import('../catalogue.mjs').Mutant[]} */
export const STATUS_MUTANTS = [
  status(
    'flattened-4xx',
    'A 4xx of the MCP server becomes a 500.',
    'status >= 400 && status < 500 ? 500 : status',
  ),
  status('202-as-200', 'An accepted notification is answered with 200.', 'status === 202 ? 200 : status'),
  ...['GET', 'DELETE'].map((method) => ({
    name: `no-${method}`,
    what: `${method} is not served.`,
    traps: [7, 8],
    edits: [{ file: ADMISSION, find: METHODS, replace: `${METHODS}.filter((one) => one !== '${method}')` }],
  })),
  asClientError('upstream_unreachable'),
  asClientError('upstream_timeout'),
  asClientError('remote_gateway_unreachable'),
  asClientError('config_missing'),
  {
    name: 'prohibited-address-dialled',
    what: 'An MCP server may be registered at a metadata service.',
    traps: [24],
    edits: [
      {
        file: DIALER,
        find: 'guard.connectorTo(target, { timeout, allowH2: false })',
        replace: '{ timeout }',
      },
    ],
  },
  {
    name: 'redirects-followed',
    what: 'A redirect of the MCP server is followed.',
    traps: [24],
    edits: [
      {
        file: DIALER,
        find: "import { Pool } from 'undici';",
        replace: "import { interceptors, Pool } from 'undici';",
      },
      {
        file: DIALER,
        find: 'dispatcher: pool,',
        replace: 'dispatcher: pool.compose(interceptors.redirect({ maxRedirections: 3 })),',
      },
    ],
  },
  {
    name: 'server-401-passes',
    what: 'A 401 of the MCP server is passed on.',
    traps: [9, 11],
    edits: [
      {
        file: 'libs/routing/src/relay/judge-answer.ts',
        find: "if (status === 401 || status === 403) return because(sent, 'upstream_auth');",
        replace: '',
      },
    ],
  },
  {
    name: 'challenge-elsewhere',
    what: 'A challenge points to the gateway that refused, not to the one that was asked.',
    traps: [11],
    edits: [
      {
        file: 'libs/auth/src/authentication/challenge.ts',
        find: 'resource_metadata="${metadata}"',
        replace: 'resource_metadata="${metadata.replace(origin, `http://elsewhere`)}"',
      },
    ],
  },
  {
    name: '202-with-type',
    what: 'An accepted notification is answered with a content type.',
    traps: [22],
    edits: [
      {
        file: WRITER,
        find: HEAD_SENT,
        replace: `if (status === 202) headers.push('content-type', 'application/json');
    ${HEAD_SENT}`,
      },
    ],
  },
];
