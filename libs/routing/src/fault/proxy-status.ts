import type { GatewayError } from '#libs/contract';

/** `Proxy-Status` (RFC 9209 §2) of a fault at the next hop, or null if no next hop is to blame. */
export function proxyStatusOf(fault: GatewayError, gateway: string): string | null {
  const { proxyStatus, blamesNextHopOnly } = fault.spec;
  const next = fault.context.leg?.split('->')[1];
  if (proxyStatus === null || (blamesNextHopOnly && next === undefined)) return null;
  const nextHop = next === undefined ? '' : `; next-hop="${next}"`;
  return `${gateway}; error=${proxyStatus}${nextHop}; details="${fault.reason}"`;
}
