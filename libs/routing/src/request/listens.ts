import type { Exchange } from '#libs/auth';

/**
 * True if the request asks for a stream that stays open until somebody ends it: legacy clients listen by GET, modern ones
 * by `subscriptions/listen`.
 */
export const listens = ({ httpMethod, envelope }: Exchange): boolean =>
  httpMethod === 'GET' || envelope?.method === 'subscriptions/listen';
