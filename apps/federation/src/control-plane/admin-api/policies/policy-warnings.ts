import { globMatches, nearest } from '#libs/contract';
import { METHODS } from '#libs/envelope';
import { AppUser, McpServer, UserGroup, type Policy } from '#libs/registry';
import type { EntityManager, EntityTarget } from 'typeorm';
import type { PolicyWarningView } from './policy.dto.js';

type Named = Pick<Policy, 'effect' | 'subjects' | 'servers' | 'methods'>;
type Kind = 'user' | 'group' | 'server' | 'method';

/** More are not told of one policy: each of them is compared with every name. */
const MAX_WARNINGS = 20;

/** Names that policies may refer to. Each kind is read when it is first asked for. */
type KnownNames = (kind: Kind) => Promise<ReadonlySet<string>>;

const METHOD_NAMES: ReadonlySet<string> = new Set(METHODS.words);
const TABLES: Record<Exclude<Kind, 'method'>, EntityTarget<{ name: string }>> = {
  user: AppUser,
  group: UserGroup,
  server: McpServer,
};

/**
 * Which names in each policy nobody bears, and whom the writer may have meant; in the same order. Such a policy is accepted,
 * because users and servers may come later; until then a denial among them protects nothing.
 */
export function policyWarnings(
  manager: EntityManager,
  policies: readonly Named[],
): Promise<PolicyWarningView[][]> {
  const known = namesOf(manager);
  return Promise.all(policies.map((policy) => warningsOf(policy, known)));
}

function namesOf(manager: EntityManager): KnownNames {
  const read = new Map<Kind, Promise<ReadonlySet<string>>>([['method', Promise.resolve(METHOD_NAMES)]]);
  return (kind) => {
    const names = read.get(kind) ?? namesIn(manager, TABLES[kind as keyof typeof TABLES]);
    read.set(kind, names);
    return names;
  };
}

async function namesIn(
  manager: EntityManager,
  table: EntityTarget<{ name: string }>,
): Promise<ReadonlySet<string>> {
  const rows = await manager.find(table, { select: { name: true } });
  return new Set(rows.map(({ name }) => name));
}

async function warningsOf(policy: Named, known: KnownNames): Promise<PolicyWarningView[]> {
  const warnings: PolicyWarningView[] = [];
  let unmatched = false;
  for (const [field, listed] of [
    ['subjects', policy.subjects],
    ['servers', policy.servers],
    ['methods', policy.methods ?? []],
  ] as const) {
    const unknown = await unknownIn(field, listed, known);
    warnings.push(...unknown);
    unmatched ||= listed.length > 0 && unknown.length === listed.length;
  }
  if (unmatched && policy.effect === 'deny') warnings.unshift(DENIES_NOTHING);
  return warnings.slice(0, MAX_WARNINGS);
}

const DENIES_NOTHING: PolicyWarningView = {
  field: 'effect',
  seen: 'deny',
  nearest: null,
  detail: 'This policy denies nothing now: no name in one of its lists exists',
};

async function unknownIn(
  field: 'subjects' | 'servers' | 'methods',
  listed: readonly string[],
  known: KnownNames,
): Promise<PolicyWarningView[]> {
  const found: PolicyWarningView[] = [];
  for (const seen of listed) {
    const { kind, pattern, prefix } = reading(field, seen);
    const names = kind === null ? null : await known(kind);
    if (kind === null || names === null || exists(pattern, names)) continue;
    const meant = found.length < MAX_WARNINGS ? nearest(pattern, names) : null;
    const suggestion = meant === null ? null : `${prefix}${meant}`;
    found.push({ field, seen, nearest: suggestion, detail: detailOf(kind, pattern, suggestion) });
  }
  return found;
}

/** What an item of a list refers to; nothing that could be missing if the kind is null. */
function reading(field: 'subjects' | 'servers' | 'methods', seen: string) {
  if (field === 'servers') return { kind: 'server', pattern: seen, prefix: '' } as const;
  if (field === 'methods') return { kind: 'method', pattern: seen, prefix: '' } as const;
  const [kind, ...name] = seen.split(':');
  if (kind !== 'user' && kind !== 'group') return { kind: null, pattern: seen, prefix: '' } as const;
  return { kind, pattern: name.join(':'), prefix: `${kind}:` } as const;
}

/** Users and groups cannot have an asterisk, so no name of theirs is a pattern. */
const exists = (pattern: string, names: ReadonlySet<string>): boolean =>
  names.has(pattern) || (pattern.endsWith('*') && [...names].some((name) => globMatches(pattern, name)));

const WORDS: Record<Kind, string> = {
  user: 'user',
  group: 'group',
  server: 'MCP server',
  method: 'method of MCP',
};

const detailOf = (kind: Kind, pattern: string, suggestion: string | null): string =>
  `There is no ${WORDS[kind]} ${pattern}${suggestion === null ? '' : `; did you mean ${suggestion}?`}`;
