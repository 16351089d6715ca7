import { beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '#libs/request';
import { Snapshot } from '#libs/snapshot';
import type { Authenticator } from '#libs/auth';

/** A token of the authenticator's kind, and configurations to judge it by. */
export interface IssuedToken {
  text: string;
  /** Knows the user, and accepts the token. */
  accepting: Snapshot;
  /** As {@link accepting}, but the user is disabled. */
  disabling: Snapshot;
}

/** An authenticator, and what it takes to have tokens of its kind. */
export interface AuthenticatorSetup {
  authenticator: Authenticator;
  /** @param expiresAt Milliseconds since the epoch; never by default. */
  issue(user: string, servers: string[], expiresAt?: number): Promise<IssuedToken>;
  revoke(token: IssuedToken): Promise<void>;
  /** Tokens of other kinds. */
  foreign: string[];
  /** Tokens that have the form of this kind, and that no configuration could accept. */
  hopeless: string[];
}

const SERVERS = ['mcp-*'];
const identityOf = ({ issuer, subject }: Principal): string => JSON.stringify([issuer, subject]);

/** What every {@link Authenticator} must hold to. */
export function authenticatorContract(name: string, setUp: () => Promise<AuthenticatorSetup>): void {
  describe(`${name} as an Authenticator`, () => {
    let setup: AuthenticatorSetup;
    beforeEach(async () => {
      setup = await setUp();
    });

    const verify = async ({ text }: IssuedToken, snapshot: Snapshot): Promise<Principal> =>
      setup.authenticator.credentialOf(text).verify(snapshot);

    it('recognises tokens of its kind only', async () => {
      const { text } = await setup.issue('alice', SERVERS);
      expect(setup.authenticator.recognises(text)).toBe(true);
      for (const other of ['', ...setup.foreign]) expect(setup.authenticator.recognises(other)).toBe(false);
    });

    it('refuses at once a token that no configuration could accept', () => {
      for (const text of setup.hopeless) {
        expect(setup.authenticator.recognises(text)).toBe(true);
        expect(() => setup.authenticator.credentialOf(text)).toThrow('credentials_invalid');
      }
    });

    it('tells whose token it is, for which servers and for how long', async () => {
      const expiresAt = Date.now() + 60_000;
      const token = await setup.issue('alice', SERVERS, expiresAt);
      const principal = await verify(token, token.accepting);
      expect(principal).toMatchObject({ user: 'alice', serverScope: SERVERS, expiresAt });
      expect(principal.issuer).not.toBe('');
      expect(principal.subject).not.toBe('');
    });

    it('never lets a token without an expiry expire', async () => {
      const token = await setup.issue('alice', SERVERS);
      expect((await verify(token, token.accepting)).expiresAt).toBe(Infinity);
    });

    it('reads a token once, and judges it by each configuration', async () => {
      const { text, accepting, disabling } = await setup.issue('alice', SERVERS);
      const credential = setup.authenticator.credentialOf(text);
      const judge = async (snapshot: Snapshot): Promise<Principal> => credential.verify(snapshot);
      const first = await judge(accepting);
      await expect(judge(Snapshot.EMPTY)).rejects.toThrow('credentials_invalid');
      await expect(judge(disabling)).rejects.toThrow('principal_disabled');
      expect(await judge(accepting)).toEqual(first);
    });

    it('refuses a token that has expired', async () => {
      const token = await setup.issue('alice', SERVERS, Date.now() - 1);
      await expect(verify(token, token.accepting)).rejects.toThrow('credentials_expired');
    });

    it('refuses a token that has been revoked, even if it was read before and the configuration still has it', async () => {
      const token = await setup.issue('alice', SERVERS);
      const credential = setup.authenticator.credentialOf(token.text);
      await setup.revoke(token);
      const judge = async (): Promise<Principal> => credential.verify(token.accepting);
      await expect(judge()).rejects.toThrow('credentials_revoked');
    });

    it('gives all tokens of a user one identity, and other users other ones', async () => {
      const tokens = await Promise.all(['alice', 'alice', 'bob'].map((user) => setup.issue(user, SERVERS)));
      const found = await Promise.all(tokens.map((token) => verify(token, token.accepting)));
      const [alice, again, bob] = found.map(identityOf);
      expect(again).toBe(alice);
      expect(bob).not.toBe(alice);
    });

    it('lets the token show in no principal and in no error', async () => {
      const token = await setup.issue('alice', SERVERS);
      expect(JSON.stringify(await verify(token, token.accepting))).not.toContain(token.text);
      for (const snapshot of [Snapshot.EMPTY, token.disabling]) {
        const error: unknown = await verify(token, snapshot).catch((thrown: unknown) => thrown);
        expect(JSON.stringify([String(error), error])).not.toContain(token.text);
      }
    });
  });
}
