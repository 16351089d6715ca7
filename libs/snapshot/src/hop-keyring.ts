/** A symmetric key of 32 bytes with the generation it belongs to. */
export interface GenerationKey {
  generation: number;
  key: Buffer;
}

/** Keys that only this gateway and one other hold, as the private bundle brings them. */
export interface HopKeyring {
  /** The key to sign a hop to this gateway with, or null if there is none yet. */
  outbound(peer: string): GenerationKey | null;
  /** The key to verify a hop from this gateway with: of the current generation, the one before or the one after. */
  inbound(peer: string, generation: number): Buffer | null;
  /** Keys that bind sessions, the newest first: sign with the first, accept all. */
  session(): readonly GenerationKey[];
  /** Fetches the bundle again, at most once a second; resolves when that is done, whether or not it brought anything. */
  refresh(): Promise<void>;
}

/** Injection token of the {@link HopKeyring}. */
export const HOP_KEYRING = Symbol('HopKeyring');
