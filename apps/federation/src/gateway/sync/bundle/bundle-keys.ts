import type { PrivateBundle } from '#libs/contract';
import type { GenerationKey } from '#libs/snapshot';

const KEY_BYTES = 32;

/** The keys of a private bundle, ready for look-ups. */
export class BundleKeys {
  private readonly outboundByPeer = new Map<string, GenerationKey>();
  private readonly inboundByPeer = new Map<string, Buffer>();
  readonly session: readonly GenerationKey[];

  constructor(bundle: PrivateBundle) {
    for (const { peer, generation, key } of bundle.outbound) {
      if (generation === bundle.generation) this.outboundByPeer.set(peer, { generation, key: decode(key) });
    }
    for (const { peer, generation, key } of bundle.inbound) {
      this.inboundByPeer.set(inboundId(peer, generation), decode(key));
    }
    this.session = bundle.session
      .map(({ generation, key }) => ({ generation, key: decode(key) }))
      .sort((a, b) => rank(a, bundle.generation) - rank(b, bundle.generation));
  }

  outbound(peer: string): GenerationKey | null {
    return this.outboundByPeer.get(peer) ?? null;
  }

  inbound(peer: string, generation: number): Buffer | null {
    return this.inboundByPeer.get(inboundId(peer, generation)) ?? null;
  }
}

/** The current generation comes first, because it signs: a replica that is one bundle behind accepts it, too. */
const rank = ({ generation }: GenerationKey, current: number): number => Math.abs(current - generation);

/** A gateway's name has no space, so that no two pairs share an id. */
const inboundId = (peer: string, generation: number): string => `${peer} ${generation}`;

function decode(key: string): Buffer {
  const bytes = Buffer.from(key, 'base64url');
  if (bytes.length !== KEY_BYTES) throw new Error('a key of the private bundle does not have 32 bytes');
  return bytes;
}
