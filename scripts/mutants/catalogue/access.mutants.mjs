const GRANTS = 'libs/auth/src/policy/operation.ts';
const ACCESS = 'libs/auth/src/policy/access.ts';
const CARRIED = 'libs/routing/src/relay/choose-transform.ts';

/** @type {import('../catalogue.mjs').Mutant[]} */
export const ACCESS_MUTANTS = [
  {
    name: 'unbound-sessions',
    what: 'A session id is not checked against its user.',
    traps: [7],
    edits: [
      {
        file: 'libs/auth/src/session/session-binding.ts',
        find: "if (!isOwn) throw new GatewayError('session_unknown');",
        replace: '',
      },
    ],
  },
  {
    name: 'resumed-lists-unfiltered',
    what: 'Nothing is filtered on streams of a GET.',
    traps: [18],
    edits: [
      {
        file: CARRIED,
        find: 'if (listens(asked)) return',
        replace: "if (asked.method === 'subscriptions/listen') return",
      },
    ],
  },
  {
    name: 'lists-in-events-unfiltered',
    what: 'Lists are filtered in JSON only.',
    traps: [18],
    edits: [
      {
        file: 'libs/routing/src/relay/choose-transform.ts',
        find: 'if (mediaType === EVENT_STREAM) return new SseListTransform(open);',
        replace: 'if (mediaType === EVENT_STREAM) return null;',
      },
    ],
  },
  {
    name: 'only-tools-filtered',
    what: 'Prompts and resources are listed to those who may not get them.',
    traps: [18],
    edits: [
      { file: ACCESS, find: 'return !this.mayUse(list) || !this.mayUse(get);', replace: 'return false;' },
    ],
  },
  {
    name: 'resource-news-for-all',
    what: 'News of resources reach those who may not read them.',
    traps: [18],
    edits: [{ file: ACCESS, find: 'return this.mayUse(READ_RESOURCE);', replace: 'return true;' }],
  },
  {
    name: 'public-lists',
    what: 'A list that is not the same for everyone may be shared by caches.',
    traps: [18],
    edits: [{ file: ACCESS, find: 'return this.ofEverybody().hides(kind);', replace: 'return false;' }],
  },
  {
    name: 'shown-is-allowed',
    what: 'Policy shapes the list of tools, and not the calls.',
    traps: [18],
    edits: [{ file: GRANTS, find: ' && (method !== CALL_TOOL || coversTool(policy, tool));', replace: ';' }],
  },
  {
    name: 'only-calls-checked',
    what: 'Policy is asked about calls of tools only.',
    traps: [19],
    edits: [
      {
        file: GRANTS,
        find: 'belongsToProtocol(method)) return true;',
        replace: 'method !== CALL_TOOL) return true;',
      },
    ],
  },
  {
    name: 'outcome-unread',
    what: 'Nobody looks whether the call has failed inside of its answer.',
    traps: [20],
    edits: [
      { file: 'libs/routing/src/relay/hop-response.ts', find: 'this.watcher?.push(chunk);', replace: '' },
    ],
  },
  {
    name: 'messages-recorded',
    what: 'The message gets into the audit record.',
    traps: [25],
    edits: [
      {
        file: 'apps/federation/src/gateway/accounting/audit-part.ts',
        find: 'client: clientOf(request, read),',
        replace: "client: read?.message.body.toString('utf8') ?? null,",
      },
    ],
  },
];
