import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { ReplicaIdentity } from '../../state/identity/replica-identity.js';
import { ControlPlaneHttp, type CallOptions } from './control-plane-http.service.js';
import { replicaAssertion } from './replica-assertion.js';

/** The replica has not enrolled yet, so it cannot sign requests. */
export class NotEnrolled extends Error {
  constructor() {
    super('this replica has not enrolled yet');
  }
}

/** Requests to `/internal/v1` of the control plane, signed with the replica's key. */
@Injectable()
export class ControlPlaneClient {
  constructor(
    private readonly http: ControlPlaneHttp,
    private readonly identity: ReplicaIdentity,
  ) {}

  /** @throws NotEnrolled, ControlPlaneRefusal, or an error of the connection. */
  async get(path: string, options: CallOptions = {}): Promise<unknown> {
    return this.http.json('GET', path, null, await this.signed('GET', path, '', options));
  }

  /** As {@link get}, with a JSON body. */
  async post(path: string, body: unknown, options: CallOptions = {}): Promise<unknown> {
    return this.postJson(path, JSON.stringify(body), options);
  }

  /** As {@link post}, for a body that is JSON already. */
  async postJson(path: string, json: string | Buffer, options: CallOptions = {}): Promise<unknown> {
    return this.http.json('POST', path, json, await this.signed('POST', path, json, options));
  }

  /** As {@link get}, for answers that are read line by line. */
  async stream(path: string, options: CallOptions = {}): Promise<Readable> {
    return this.http.stream('GET', path, null, await this.signed('GET', path, '', options));
  }

  private async signed(
    method: string,
    path: string,
    body: string | Buffer,
    options: CallOptions,
  ): Promise<CallOptions> {
    const { enrolment } = this.identity;
    if (enrolment === null) throw new NotEnrolled();
    const assertion = await replicaAssertion(this.identity.key, enrolment, { method, path, body });
    return { ...options, headers: { ...options.headers, authorization: `Bearer ${assertion}` } };
  }
}
