import type { Caller } from './principal.js';

/** The connection that a request came on, for as long as it lasts. */
export interface PeerConnection {
  /** Address of the peer; empty if the connection is gone. */
  readonly address: string;
  /**
   * The caller of the last request, by its `Authorization`: the same header on the same connection need not be read again.
   * Whether the caller is still who it was is another question, and always asked.
   */
  last: { readonly authorization: string; readonly caller: Caller } | null;
}
