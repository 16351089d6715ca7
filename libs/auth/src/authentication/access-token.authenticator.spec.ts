import { mintToken, tokenHash } from '#libs/contract';
import { SnapshotStore } from '#libs/snapshot';
import { snapshotOf, token, user } from '../../../../test/support/config-items.js';
import {
  authenticatorContract,
  type AuthenticatorSetup,
  type IssuedToken,
} from '../../../../test/support/seams/authenticator.contract.js';
import { AccessTokenAuthenticator } from './access-token.authenticator.js';

function issue(name: string, servers: string[], expiresAt?: number): IssuedToken {
  const text = mintToken('cwy_');
  const expiry = expiresAt === undefined ? null : new Date(expiresAt).toISOString();
  const item = token(tokenHash(text), { user: name, scope: { servers }, expiresAt: expiry });
  return {
    text,
    accepting: snapshotOf([user(name), item]),
    disabling: snapshotOf([user(name, { enabled: false }), item]),
  };
}

authenticatorContract('AccessTokenAuthenticator', async (): Promise<AuthenticatorSetup> => {
  const store = new SnapshotStore();
  return {
    authenticator: new AccessTokenAuthenticator(store),
    issue: async (...given) => issue(...given),
    revoke: async ({ text }) => void store.revoke([{ hash: tokenHash(text), until: null }]),
    foreign: [mintToken('cwa_'), mintToken('cwj_'), 'eyJhbGciOiJub25lIn0.e30.', 'nonsense'],
    hopeless: ['cwy_', `${mintToken('cwy_')}0`, mintToken('cwy_').slice(0, -1)],
  };
});
