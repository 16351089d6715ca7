import { Inject, Injectable, Logger } from '@nestjs/common';
import { AccessReview, changedLists, type Standing } from '#libs/auth';
import { GatewayFault } from '#libs/contract';
import { OWN_GATEWAY, type OwnGateway } from '#libs/request';
import type { OpenResponse } from '../open-response.js';
import { hasMoved } from './has-moved.js';

/** Decides about an open response anew, and acts on it: it is broken off, ended, told what has changed, or left alone. */
@Injectable()
export class ResponseReview {
  private readonly logger = new Logger('Streams');

  constructor(
    private readonly access: AccessReview,
    @Inject(OWN_GATEWAY) private readonly own: OwnGateway,
  ) {}

  /** False if this gateway's configuration has become too old to decide by. */
  get hasConfiguration(): boolean {
    return this.access.hasConfiguration;
  }

  /** Acts on a response that is under way; a promise only where the kind of the credential needs one. */
  review(response: OpenResponse): void | Promise<void> {
    try {
      const standing = this.access.review(response.sent);
      if (!(standing instanceof Promise)) return this.goOn(response, standing);
      return standing.then(
        (known) => this.goOn(response, known),
        (error: unknown) => response.fail(this.faultFor(error)),
      );
    } catch (error) {
      response.fail(this.faultFor(error));
    }
  }

  /**
   * Judges a response before its head goes back.
   * @throws GatewayFault when it must not go back.
   */
  admit(response: OpenResponse): void {
    const standing = this.access.review(response.sent);
    if (standing instanceof Promise) return void this.review(response);
    this.renew(response, standing);
    if (this.isLeftBehind(response, standing)) setImmediate(() => response.finish());
  }

  /** A request that is being answered may be answered to the end by the server that has it; listening would never end. */
  private goOn(response: OpenResponse, standing: Standing): void {
    this.renew(response, standing);
    if (this.isLeftBehind(response, standing)) response.finish();
  }

  private isLeftBehind({ sent, isListening }: OpenResponse, { snapshot }: Standing): boolean {
    return isListening && hasMoved(sent.nextHop, snapshot, this.own, sent.hop !== null);
  }

  private renew(response: OpenResponse, standing: Standing): void {
    const lists = changedLists(response.access, standing.access);
    response.renew(standing);
    if (lists.length > 0) response.events?.announce(lists);
  }

  private faultFor(error: unknown): GatewayFault {
    if (error instanceof GatewayFault) return error;
    this.logger.error('an open response could not be reviewed', (error as Error).stack);
    return new GatewayFault('internal_error', { cause: error });
  }
}
