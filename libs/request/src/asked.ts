import type { Era, MessageKind } from '#libs/envelope';

/** What a request asks for: the little of its message that is still needed when its body has been sent on and let go. */
export interface Asked {
  readonly httpMethod: string;
  /** Null for GET and DELETE, which have no message. */
  readonly kind: MessageKind | null;
  readonly era: Era | null;
  /** JSON-RPC method; null for GET, DELETE and posted responses. */
  readonly method: string | null;
  /** The tool of a `tools/call`, else null. */
  readonly tool: string | null;
  /** The id exactly as written; null where there is none. */
  readonly idRaw: string | null;
}

/**
 * True if the request asks for a stream that stays open until somebody ends it: legacy clients listen by GET, modern ones
 * by `subscriptions/listen`.
 */
export const listens = ({ httpMethod, method }: Asked): boolean =>
  httpMethod === 'GET' || method === 'subscriptions/listen';
