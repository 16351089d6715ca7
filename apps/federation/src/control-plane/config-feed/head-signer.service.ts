import { isSameVersion, type HeadClaims } from '#libs/contract';
import { Injectable } from '@nestjs/common';
import { ConfigSigner } from './config-signer.service.js';
import { ConfigFeed } from './config-feed.service.js';
import type { FeedState } from './feed-state.js';

/** Milliseconds after which a head is signed again with a newer time of confirmation. */
const FRESH_MS = 900;

/** Signs the newest head, once for all requests within a second. */
@Injectable()
export class HeadSigner {
  private signedFor: FeedState | null = null;
  private jws: Promise<string> = Promise.resolve('');

  constructor(
    private readonly feed: ConfigFeed,
    private readonly signer: ConfigSigner,
  ) {}

  /**
   * The newest head. Its time is when the database last confirmed it: a control replica that is cut off from the database
   * must not keep gateways believing that nothing was revoked.
   */
  current(): Promise<string> {
    const { state } = this.feed;
    if (this.signedFor === null || !isStillGood(this.signedFor, state)) this.renew(state);
    return this.jws;
  }

  private renew(state: FeedState): void {
    this.signedFor = state;
    this.jws = this.signer.signHead(headClaims(state));
    this.jws.catch(() => {
      if (this.signedFor === state) this.signedFor = null;
    });
  }
}

const isStillGood = (signed: FeedState, state: FeedState): boolean =>
  isSameVersion(signed, state) && state.confirmedAt.getTime() - signed.confirmedAt.getTime() < FRESH_MS;

function headClaims({ epoch, revision, digest, confirmedAt, revoked }: FeedState): HeadClaims {
  const now = Date.now();
  const standing = revoked.filter(({ until }) => until === null || Date.parse(until) > now);
  return { epoch, revision, digest, time: confirmedAt.toISOString(), revoked: standing };
}
