import type { GatewayFault } from '#libs/contract';

/** `Proxy-Status` (RFC 9209 §2) of a fault at the next hop, or null if no next hop is to blame. */
export function proxyStatusOf(fault: GatewayFault, gateway: string): string | null {
  const { proxyStatus } = fault.spec;
  const next = fault.context.hop?.split('->')[1];
  if (proxyStatus === undefined) return null;
  // A limit that has nothing to do with the way onwards (RFC 9209 §2.3.12).
  if (proxyStatus === 'connection_limit_reached' && next === undefined) return null;
  const nextHop = next === undefined ? '' : `; next-hop="${next}"`;
  return `${gateway}; error=${proxyStatus}${nextHop}; details="${fault.reason}"`;
}
