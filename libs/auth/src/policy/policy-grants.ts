import type { CompiledPolicy } from '#libs/snapshot';
import { belongsToProtocol, CALL_TOOL, LIST_TOOLS, type Operation } from './operation.js';

/** A policy that a newer control plane wrote, with a condition unknown here, grants nothing. */
export const mayGrant = (policy: CompiledPolicy): boolean => policy.effect === 'allow' && !policy.restricted;

/** True if the policy denies the whole server; with an unknown condition it does, to be on the safe side. */
export const deniesServer = (policy: CompiledPolicy): boolean =>
  policy.effect === 'deny' && (policy.restricted || (policy.tools === null && policy.methods === null));

/**
 * True if the policy grants the method on at least one tool. `tools` alone grants listing and calling; `methods` grants
 * what it names; neither of them grants everything.
 */
export function grantsMethod(policy: CompiledPolicy, method: string): boolean {
  const ofTools = method === CALL_TOOL || method === LIST_TOOLS;
  if (policy.tools !== null && ofTools) return true;
  return policy.methods === null ? policy.tools === null : policy.methods.matches(method);
}

/** True if the policy's `tools` cover the tool. A tool whose name cannot be read is covered by «all» only. */
export const coversTool = (policy: CompiledPolicy, tool: string | null): boolean =>
  policy.tools === null || (tool !== null && policy.tools.matches(tool));

export function grants(policy: CompiledPolicy, { method, tool }: Operation): boolean {
  if (method === null || belongsToProtocol(method)) return true;
  return grantsMethod(policy, method) && (method !== CALL_TOOL || coversTool(policy, tool));
}

export const deniesMethod = (policy: CompiledPolicy, method: string | null): boolean =>
  method !== null && policy.methods !== null && policy.methods.matches(method);

/** A tool whose name cannot be read could be any, hence is denied by every denial of tools. */
export const deniesTool = (policy: CompiledPolicy, tool: string | null): boolean =>
  policy.tools !== null && (tool === null || policy.tools.matches(tool));
