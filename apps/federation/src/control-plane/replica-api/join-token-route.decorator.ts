import { SetMetadata } from '@nestjs/common';

export const JOIN_TOKEN_ROUTE = 'causeway:join-token-route';

/** Marks the one route below `/internal/` that is authenticated by a join token in its body. */
export const JoinTokenRoute = () => SetMetadata(JOIN_TOKEN_ROUTE, true);
