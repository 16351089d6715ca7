import type { CompiledPolicy } from '#libs/snapshot';
import { LIST_TOOLS } from './operation.js';
import { coversTool, deniesMethod, deniesTool, grantsMethod } from './policy-grants.js';

/** The tools that one caller may see at one MCP server. */
export class ToolView {
  static readonly NOTHING = new ToolView([], []);

  private readonly grants: readonly CompiledPolicy[];
  private readonly denials: readonly CompiledPolicy[];
  private writtenText: string | null = null;

  constructor(grants: readonly CompiledPolicy[], denials: readonly CompiledPolicy[]) {
    const mayList = !denials.some((policy) => deniesMethod(policy, LIST_TOOLS));
    this.grants = mayList ? grants.filter((policy) => grantsMethod(policy, LIST_TOOLS)) : [];
    this.denials = denials.filter((policy) => policy.tools !== null);
  }

  get showsAll(): boolean {
    return this.denials.length === 0 && this.grants.some((policy) => policy.tools === null);
  }

  shows(tool: string): boolean {
    if (this.denials.some((policy) => deniesTool(policy, tool))) return false;
    return this.grants.some((policy) => coversTool(policy, tool));
  }

  /** Equal for equal sets of globs, whatever policies they come from. */
  get text(): string {
    return (this.writtenText ??= this.write());
  }

  private write(): string {
    if (this.grants.length === 0) return 'none';
    if (this.showsAll) return 'all';
    return JSON.stringify([globsOf(this.grants), globsOf(this.denials)]);
  }
}

/** All globs of the policies, each once, in order; a policy that names no tools means all. */
function globsOf(policies: readonly CompiledPolicy[]): string[] {
  const globs = new Set(policies.flatMap((policy) => policy.tools?.patterns ?? ['*']));
  return globs.has('*') ? ['*'] : [...globs].sort();
}
