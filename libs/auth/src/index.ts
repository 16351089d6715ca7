export * from './policy/index.js';
export { AuthModule } from './auth.module.js';
export { AUTHENTICATORS, type Authenticator } from './authentication/authenticator.js';
export { AuthenticateGuard } from './authentication/authentication.js';
export { FailedCredentials } from './authentication/failed-credentials.js';
export { challengeFor, MCP_SCOPE } from './authentication/challenge.js';
export { HopSigner } from './hop/hop-signer.js';
export { HopVerifier } from './hop/hop-verifier.js';
export { SessionBinding } from './session/session-binding.js';
