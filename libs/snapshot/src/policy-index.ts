import { knownFields, type ConfigPolicy } from '#libs/contract';
import { PersistentMap, type MapDraft } from './persistent-map.js';

/** Globs compiled for look-ups; see `GLOB` in the contract. */
export class GlobSet {
  private readonly exact = new Set<string>();
  private readonly prefixes: string[] = [];

  constructor(patterns: readonly string[]) {
    for (const pattern of patterns) {
      if (pattern.endsWith('*')) this.prefixes.push(pattern.slice(0, -1));
      else this.exact.add(pattern);
    }
  }

  /** The globs, in no particular order. */
  get patterns(): string[] {
    return [...this.exact, ...this.prefixes.map((prefix) => `${prefix}*`)];
  }

  /** True if one of the globs is `*` alone. */
  get matchesAll(): boolean {
    return this.prefixes.includes('');
  }

  matches(text: string): boolean {
    return this.exact.has(text) || this.prefixes.some((prefix) => text.startsWith(prefix));
  }
}

/** A policy in the form that decisions use. `null` in `tools`, `methods` or `gateways` means all. */
export interface CompiledPolicy {
  readonly name: string;
  readonly effect: 'allow' | 'deny';
  readonly tools: GlobSet | null;
  readonly methods: GlobSet | null;
  readonly gateways: ReadonlySet<string> | null;
  readonly revision: number;
  /**
   * True if it has a field that this version does not know, such as a condition of a newer control plane. It must then
   * grant nothing, and deny the whole server if its effect is deny.
   */
  readonly restricted: boolean;
}

const KNOWN = new Set(knownFields('policy'));
const globs = (patterns: string[] | null): GlobSet | null =>
  patterns === null ? null : new GlobSet(patterns);

export function compilePolicy(policy: ConfigPolicy): CompiledPolicy {
  return {
    name: policy.name,
    effect: policy.effect,
    tools: globs(policy.tools),
    methods: globs(policy.methods),
    gateways: policy.gateways === null ? null : new Set(policy.gateways),
    revision: policy.revision,
    restricted: Object.keys(policy).some((field) => !KNOWN.has(field)),
  };
}

type Policies = readonly CompiledPolicy[];

const place = (subject: string, pattern: string): string => `${subject}\n${pattern}`;

/**
 * All policies by subject and server pattern. The policies that speak about a caller and a server are found by
 * look-ups (the exact server name, and one prefix per distinct length of a prefix pattern), never by a scan.
 */
export class PolicyIndex {
  static readonly EMPTY = new PolicyIndex(PersistentMap.empty(), PersistentMap.empty(), new Map());

  constructor(
    private readonly places: PersistentMap<Policies>,
    /** How many policies with the effect deny have a server pattern, whatever their subjects. */
    private readonly denials: PersistentMap<number>,
    /** Length of each prefix pattern (`mcp-*`: 4, `*`: 0), and how often it occurs. */
    private readonly prefixLengths: ReadonlyMap<number, number>,
  ) {}

  static of(policies: Iterable<ConfigPolicy>): PolicyIndex {
    const draft = PolicyIndex.EMPTY.draft();
    for (const policy of policies) draft.add(policy);
    return draft.finish();
  }

  /** Every policy that has one of the subjects and a pattern that matches the server, each once. */
  lookup(subjects: readonly string[], server: string): CompiledPolicy[] {
    const found = new Set<CompiledPolicy>();
    const patterns = this.patternsFor(server);
    for (const subject of subjects) {
      for (const pattern of patterns) {
        const policies = this.places.get(place(subject, pattern));
        if (policies !== undefined) for (const policy of policies) found.add(policy);
      }
    }
    return [...found];
  }

  /** True if a policy denies somebody something at the server, at whatever gateway. */
  denies(server: string): boolean {
    return this.patternsFor(server).some((pattern) => this.denials.get(pattern) !== undefined);
  }

  draft(): PolicyIndexDraft {
    const { places, denials, prefixLengths } = this;
    return new PolicyIndexDraft(this, places.draft(), denials.draft(), new Map(prefixLengths));
  }

  private patternsFor(server: string): string[] {
    const patterns = [server];
    for (const length of this.prefixLengths.keys()) {
      if (length <= server.length) patterns.push(`${server.slice(0, length)}*`);
    }
    return patterns;
  }
}

/** Collects changes to a {@link PolicyIndex}. */
export class PolicyIndexDraft {
  private isTouched = false;

  constructor(
    private readonly origin: PolicyIndex,
    private readonly places: MapDraft<Policies>,
    private readonly denials: MapDraft<number>,
    private readonly prefixLengths: Map<number, number>,
  ) {}

  add(policy: ConfigPolicy): void {
    this.isTouched = true;
    const compiled = compilePolicy(policy);
    for (const key of placesOf(policy)) this.places.set(key, [...(this.places.get(key) ?? []), compiled]);
    for (const length of prefixLengthsOf(policy)) this.countPrefix(length, 1);
    if (policy.effect === 'deny') this.countDenial(policy, 1);
  }

  /** Takes out a policy as it was added: the caller passes the old entity. */
  remove(policy: ConfigPolicy): void {
    this.isTouched = true;
    for (const key of placesOf(policy)) this.dropAt(key, policy.name);
    for (const length of prefixLengthsOf(policy)) this.countPrefix(length, -1);
    if (policy.effect === 'deny') this.countDenial(policy, -1);
  }

  /** The very same index if no policy changed: what was derived from it stays valid. */
  finish(): PolicyIndex {
    if (!this.isTouched) return this.origin;
    return new PolicyIndex(this.places.finish(), this.denials.finish(), this.prefixLengths);
  }

  private dropAt(key: string, name: string): void {
    const rest = (this.places.get(key) ?? []).filter((policy) => policy.name !== name);
    if (rest.length === 0) this.places.delete(key);
    else this.places.set(key, rest);
  }

  private countDenial(policy: ConfigPolicy, by: 1 | -1): void {
    for (const pattern of new Set(policy.servers)) {
      const now = (this.denials.get(pattern) ?? 0) + by;
      if (now === 0) this.denials.delete(pattern);
      else this.denials.set(pattern, now);
    }
  }

  private countPrefix(length: number, by: 1 | -1): void {
    const now = (this.prefixLengths.get(length) ?? 0) + by;
    if (now === 0) this.prefixLengths.delete(length);
    else this.prefixLengths.set(length, now);
  }
}

/** Places of a policy, each once even if a subject or pattern is repeated. */
const placesOf = (policy: ConfigPolicy): Set<string> =>
  new Set(policy.subjects.flatMap((subject) => policy.servers.map((pattern) => place(subject, pattern))));

const prefixLengthsOf = (policy: ConfigPolicy): number[] =>
  policy.servers.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.length - 1);
