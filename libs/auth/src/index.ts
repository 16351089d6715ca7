export * from './access/index.js';
export { AuthModule } from './auth.module.js';
export { AUTHENTICATORS, type Authenticator } from './authentication/authenticator.js';
export { AuthenticateGuard } from './authentication/authenticate.guard.js';
export { challengeFor, MCP_SCOPE } from './authentication/challenge.js';
export type { Standing } from './authorization/authorize-exchange.js';
export { AuthorizeGuard } from './authorization/authorize.guard.js';
export {
  attachExchange,
  Exchange,
  exchangeOf,
  exchangeOfRequest,
  type Outcome,
  type Route,
  type Timings,
} from './exchange/exchange.js';
export {
  continueTrace,
  traceparentOf,
  type TraceContext,
  type TraceParent,
} from './exchange/trace-context.js';
export { HopSigner } from './hop/hop-signer.js';
export { HopVerifier } from './hop/hop-verifier.js';
export { OWN_GATEWAY, type OwnGateway } from './own-gateway.js';
export { REGISTRY_ISSUER, type Principal } from './principal.js';
export { AccessReview } from './review/access-review.js';
export { SessionBinding } from './session/session-binding.js';
