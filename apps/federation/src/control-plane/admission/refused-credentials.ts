import { FailedCredentials } from '#libs/auth';
import { Injectable, Logger, Module } from '@nestjs/common';
import { counter } from '../../ops/counter.js';
import { ProblemError } from '../problem/problem.error.js';

/** Wrong credentials of a source within a minute, beyond which further ones are answered with `throttled`. */
const ALLOWANCE = 100;

const refused = counter({
  name: 'causeway_credentials_refused_total',
  help: 'Credentials that the control plane has refused',
  labelNames: ['kind', 'throttled'],
});

/** What can be guessed: an admin token or a join token. */
type CredentialKind = 'admin' | 'join';

/**
 * Counts wrong credentials and makes whoever guesses wait. Only what has failed is counted, so that a valid credential is always
 * accepted, also from an address that many share.
 */
@Injectable()
export class RefusedCredentials {
  private readonly logger = new Logger('Credentials');
  private readonly failures = new FailedCredentials();

  /**
   * The result of a check of credentials.
   * @throws ProblemError `throttled` instead of `unauthenticated` if too many have failed that came from this address.
   */
  async watch<T>(kind: CredentialKind, address: string, check: () => Promise<T>): Promise<T> {
    try {
      return await check();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      throw this.counted(kind, address, error);
    }
  }

  private counted(kind: CredentialKind, address: string, refusal: ProblemError): ProblemError {
    const { failures, secondsLeft } = this.failures.note(address);
    const throttled = failures > ALLOWANCE;
    refused.inc({ kind, throttled: String(throttled) });
    if (failures === ALLOWANCE + 1) this.report(address, secondsLeft);
    return throttled ? wait(secondsLeft) : refusal;
  }

  private report(address: string, secondsLeft: number): void {
    this.logger.warn(
      `More than ${ALLOWANCE} wrong credentials came from ${address} within a minute; for ${secondsLeft} s further ones are answered with 429`,
    );
  }
}

const isRefusal = (error: unknown): error is ProblemError =>
  error instanceof ProblemError && error.kind === 'unauthenticated';

const wait = (seconds: number): ProblemError =>
  new ProblemError(
    'throttled',
    'Too many wrong credentials came from this address',
    {},
    { 'retry-after': String(seconds) },
  );

@Module({ providers: [RefusedCredentials], exports: [RefusedCredentials] })
export class RefusedCredentialsModule {}
