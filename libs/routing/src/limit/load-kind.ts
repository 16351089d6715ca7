import type { Exchange } from '#libs/auth';
import { listens } from '../request/listens.js';
import type { LoadKind } from './next-hop-load.js';

/** Which limit a request counts towards. */
export const loadKindOf = (exchange: Exchange): LoadKind => (listens(exchange) ? 'streams' : 'requests');
