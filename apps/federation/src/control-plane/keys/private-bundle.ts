import type { PairKey, PrivateBundle } from '#libs/contract';
import { hopKey, sessionKey, type KeyHolder } from './derive-keys.js';

/**
 * The keys that only this gateway may know. Gateways accept the previous and the next generation as well, so that they
 * need not switch at the same moment.
 */
export function privateBundle(
  secret: Buffer,
  gateway: KeyHolder,
  peers: readonly KeyHolder[],
  generation: number,
): PrivateBundle {
  const accepted = [generation + 1, generation, generation - 1].filter((g) => g > 0);
  const inbound = (peer: KeyHolder): PairKey[] =>
    accepted.map((g) => ({ peer: peer.name, generation: g, key: hopKey(secret, peer, gateway, g) }));
  const outbound = (peer: KeyHolder): PairKey => ({
    peer: peer.name,
    generation,
    key: hopKey(secret, gateway, peer, generation),
  });
  return {
    gateway: gateway.name,
    generation,
    outbound: peers.map(outbound),
    inbound: peers.flatMap(inbound),
    session: [generation, generation - 1, generation + 1]
      .filter((g) => g > 0)
      .map((g) => ({ generation: g, key: sessionKey(secret, gateway, g) })),
  };
}
