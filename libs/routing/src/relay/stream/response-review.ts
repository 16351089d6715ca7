import { Inject, Injectable, Logger } from '@nestjs/common';
import { AccessReview, changedLists, type AccessResult } from '#libs/auth';
import { GatewayError } from '#libs/contract';
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
      const result = this.access.review(response.sent);
      if (!(result instanceof Promise)) return this.goOn(response, result);
      return result.then(
        (known) => this.goOn(response, known),
        (error: unknown) => response.fail(this.faultFor(error)),
      );
    } catch (error) {
      response.fail(this.faultFor(error));
    }
  }

  /**
   * Judges a response before its head goes back.
   * @throws GatewayError when it must not go back.
   */
  admit(response: OpenResponse): void {
    const result = this.access.review(response.sent);
    if (result instanceof Promise) return void this.review(response);
    this.renew(response, result);
    if (this.isLeftBehind(response, result)) setImmediate(() => response.finish());
  }

  /** A request that is being answered may be answered to the end by the server that has it; listening would never end. */
  private goOn(response: OpenResponse, result: AccessResult): void {
    this.renew(response, result);
    if (this.isLeftBehind(response, result)) response.finish();
  }

  private isLeftBehind({ sent, isListening }: OpenResponse, { snapshot }: AccessResult): boolean {
    return isListening && hasMoved(sent.nextHop, snapshot, this.own, sent.hop !== null);
  }

  private renew(response: OpenResponse, result: AccessResult): void {
    const lists = changedLists(response.access, result.access);
    response.renew(result);
    if (lists.length > 0) response.events?.announce(lists);
  }

  private faultFor(error: unknown): GatewayError {
    if (error instanceof GatewayError) return error;
    this.logger.error('an open response could not be reviewed', (error as Error).stack);
    return new GatewayError('internal_error', { cause: error });
  }
}
