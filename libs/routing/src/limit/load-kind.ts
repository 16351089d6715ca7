import type { Exchange } from '#libs/auth';
import type { LoadKind } from './next-hop-load.js';

/** Which limit a request counts towards: legacy clients listen by GET, modern ones by `subscriptions/listen`. */
export const loadKindOf = ({ httpMethod, envelope }: Exchange): LoadKind =>
  httpMethod === 'GET' || envelope?.method === 'subscriptions/listen' ? 'streams' : 'requests';
