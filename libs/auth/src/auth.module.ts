import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { AUTH_OPTIONS, type AuthOptions } from './auth.options.js';
import { AccessTokenAuthenticator } from './authentication/access-token.authenticator.js';
import { AUTHENTICATORS, type Authenticator } from './authentication/authenticator.js';
import { Authentication, CallerAuthentication } from './authentication/authentication.js';
import { FailedCredentials } from './authentication/failed-credentials.js';
import { SourceAddresses } from './authentication/source-addresses.js';
import { HopSigner } from './hop/hop-signer.js';
import { HopVerifier } from './hop/hop-verifier.js';
import { AccessReview } from './policy/access-review.js';
import { Authorization } from './policy/authorization.js';
import { SessionBinding } from './session/session-binding.js';

/** Everything that the guards need. `imports` must export SnapshotStore, HOP_KEYRING and OWN_GATEWAY. */
@Module({})
export class AuthModule {
  static register(options: AuthOptions & { imports: NonNullable<ModuleMetadata['imports']> }): DynamicModule {
    const { imports, ...own } = options;
    return {
      module: AuthModule,
      imports,
      providers: [
        { provide: AUTH_OPTIONS, useValue: own },
        AccessTokenAuthenticator,
        {
          provide: AUTHENTICATORS,
          inject: [AccessTokenAuthenticator],
          useFactory: (...kinds: Authenticator[]) => kinds,
        },
        CallerAuthentication,
        Authentication,
        Authorization,
        AccessReview,
        FailedCredentials,
        SourceAddresses,
        HopSigner,
        HopVerifier,
        SessionBinding,
      ],
      exports: [
        Authentication,
        Authorization,
        AccessReview,
        HopSigner,
        HopVerifier,
        SessionBinding,
        SourceAddresses,
      ],
    };
  }
}
