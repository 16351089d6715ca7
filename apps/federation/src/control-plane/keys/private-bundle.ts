import type { PairKey, PrivateBundle } from '#libs/contract';
import { hopKey, sessionKey } from './derive-keys.js';

/**
 * The keys that only this gateway may know. Gateways accept the previous and the next generation as well, so that they
 * need not switch at the same moment.
 */
export function privateBundle(
  secret: Buffer,
  gateway: string,
  peers: readonly string[],
  generation: number,
): PrivateBundle {
  const accepted = [generation + 1, generation, generation - 1].filter((g) => g > 0);
  const inbound = (peer: string): PairKey[] =>
    accepted.map((g) => ({ peer, generation: g, key: hopKey(secret, peer, gateway, g) }));
  return {
    gateway,
    generation,
    outbound: peers.map((peer) => ({ peer, generation, key: hopKey(secret, gateway, peer, generation) })),
    inbound: peers.flatMap(inbound),
    session: [generation, generation - 1, generation + 1]
      .filter((g) => g > 0)
      .map((g) => ({ generation: g, key: sessionKey(secret, gateway, g) })),
  };
}
