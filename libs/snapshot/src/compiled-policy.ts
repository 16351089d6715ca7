import { knownFields, type ConfigPolicy } from '#libs/contract';

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
