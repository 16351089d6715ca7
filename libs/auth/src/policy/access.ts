import type { ListKind, ListView } from '#libs/envelope';
import type { Decision, DenialReason } from '#libs/request';
import type { CompiledPolicy } from '#libs/snapshot';
import {
  CALL_TOOL,
  METHODS_OF_LIST,
  READ_RESOURCE,
  type Operation,
  deniesMethod,
  deniesServer,
  deniesTool,
  grants,
  grantsMethod,
  mayGrant,
  LIST_TOOLS,
  coversTool,
} from './operation.js';

/** Decisions kept per caller and server, and characters of a key. Callers choose tool names, hence the bounds. */
const MAX_DECISIONS = 512;
const MAX_KEY_LENGTH = 160;
const DEFAULT_DENIAL: Decision = { allowed: false, reason: 'access_denied', policy: null };

const denial = (reason: DenialReason, policy: string | null): Decision => ({
  allowed: false,
  reason,
  policy,
});
const byName = (a: CompiledPolicy, b: CompiledPolicy): number => (a.name < b.name ? -1 : 1);

/** Tells apart every operation; no method that a caller invents may look like the absence of one. */
function keyOf({ method, tool }: Operation): string {
  if (method === CALL_TOOL) return tool === null ? 'tool' : `tool:${tool}`;
  return method === null ? 'none' : `method:${method}`;
}

/** The tools that one caller may see at one MCP server. */
export class ToolView {
  static readonly NOTHING = new ToolView([], []);

  private readonly grants: readonly CompiledPolicy[];
  private readonly denials: readonly CompiledPolicy[];
  private writtenText: string | null = null;

  constructor(granting: readonly CompiledPolicy[], denying: readonly CompiledPolicy[]) {
    const mayList = !denying.some((policy) => deniesMethod(policy, LIST_TOOLS));
    this.grants = mayList ? granting.filter((policy) => grantsMethod(policy, LIST_TOOLS)) : [];
    this.denials = denying.filter((policy) => policy.tools !== null);
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

/**
 * What one caller may do at one MCP server, as one gateway sees it on one snapshot. No match denies, and a denial wins
 * over any number of grants. The first decision of a kind looks at the caller's policies, later ones are look-ups.
 */
export class Access implements ListView {
  /** Access to nothing: an unknown or disabled server looks exactly like a forbidden one. */
  static readonly NONE = new Access([]);

  private readonly grants: readonly CompiledPolicy[];
  private readonly denials: readonly CompiledPolicy[];
  private readonly serverDenial: Decision | null;
  private readonly tools: ToolView;
  private readonly decisions = new Map<string, Decision>();

  /**
   * @param policies those that speak about the caller, the server and the gateway; in any order.
   * @param ofEverybody what no authenticated caller is refused.
   */
  constructor(
    policies: readonly CompiledPolicy[],
    private readonly ofEverybody: () => Access = () => Access.NONE,
  ) {
    const sorted = [...policies].sort(byName);
    this.grants = sorted.filter(mayGrant);
    this.denials = sorted.filter((policy) => policy.effect === 'deny');
    this.serverDenial = this.denyServer();
    this.tools = this.serverDenial === null ? new ToolView(this.grants, this.denials) : ToolView.NOTHING;
  }

  decide(operation: Operation): Decision {
    if (this.serverDenial !== null) return this.serverDenial;
    const key = keyOf(operation);
    const known = this.decisions.get(key);
    return known ?? this.remember(key, this.evaluate(operation));
  }

  /** True if `tools/call` of this tool is allowed. */
  mayCallTool(tool: string): boolean {
    return this.decide({ method: CALL_TOOL, tool }).allowed;
  }

  /** True if a resource may be read, and the caller hear that it changed. */
  get mayReadResources(): boolean {
    return this.mayUse(READ_RESOURCE);
  }

  /** True if the tool may stay in a list shown to the caller. */
  maySeeTool(tool: string): boolean {
    return this.tools.shows(tool);
  }

  /**
   * True if an item may stay in a list shown to the caller. Policies name tools one by one; prompts, resources and their
   * templates are shown to whoever may list and get them.
   * @param name what identifies the item: `name`, `uri` or `uriTemplate`.
   */
  maySee(kind: ListKind, name: string): boolean {
    return kind === 'tools' ? this.maySeeTool(name) : !this.hides(kind);
  }

  /** True if the caller may not see every item of this kind, so that lists must be filtered by {@link maySee}. */
  hides(kind: ListKind): boolean {
    if (kind === 'tools') return !this.tools.showsAll;
    const { list, get } = METHODS_OF_LIST[kind];
    return !this.mayUse(list) || !this.mayUse(get);
  }

  /**
   * True unless policy shows all items of this kind to every authenticated caller. Caches must not share such a list: one
   * caller would learn from it what another may see, though the list of the first was not cut.
   */
  isPrivate(kind: ListKind): boolean {
    return this.ofEverybody().hides(kind);
  }

  /**
   * What the caller may see of a kind, as text that is equal only if the same items are shown. Different texts may show
   * the same items, where policies say the same in other words.
   */
  viewOf(kind: ListKind): string {
    if (kind === 'tools') return this.tools.text;
    return this.hides(kind) ? 'none' : 'all';
  }

  private denyServer(): Decision | null {
    const denying = this.denials.find(deniesServer);
    if (denying !== undefined) return denial('access_denied', denying.name);
    return this.grants.length === 0 ? DEFAULT_DENIAL : null;
  }

  private mayUse(method: string): boolean {
    return this.decide({ method, tool: null }).allowed;
  }

  private evaluate(operation: Operation): Decision {
    const { method, tool } = operation;
    const denied = this.denials.find((policy) => deniesMethod(policy, method));
    if (denied !== undefined) return denial('method_denied', denied.name);
    const deniedTool = method === CALL_TOOL && this.denials.find((policy) => deniesTool(policy, tool));
    if (deniedTool) return denial('tool_denied', deniedTool.name);
    const granting = this.grants.find((policy) => grants(policy, operation));
    if (granting !== undefined) return { allowed: true, reason: null, policy: granting.name };
    return denial(this.levelOfDefault(method), null);
  }

  /** A caller who may call other tools is denied the tool, one who may call none the method. */
  private levelOfDefault(method: string | null): DenialReason {
    const otherTools = method === CALL_TOOL && this.grants.some((policy) => grantsMethod(policy, CALL_TOOL));
    return otherTools ? 'tool_denied' : 'method_denied';
  }

  private remember(key: string, decision: Decision): Decision {
    if (key.length > MAX_KEY_LENGTH) return decision;
    if (this.decisions.size >= MAX_DECISIONS) this.decisions.clear();
    this.decisions.set(key, decision);
    return decision;
  }
}
