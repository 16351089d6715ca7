import { expect } from 'vitest';
import { mergeParts } from '#libs/audit';
import type { AuditPart } from '#libs/contract';
import { callOf, post, type RawAnswer } from '../../support/relay/raw-client.js';
import { RelayRig, until, type RigUser } from '../../support/relay/relay-rig.js';

/** A server that `azure` handles is one gateway away from an agent of `azure`, and two from one of `aws`. */
export const WAYS = [
  ['one hop', 'azure'],
  ['two hops', 'aws'],
] as const;

/** Short, so that a case of hanging costs about a second. */
export const SHORT = { connectMs: 300, responseMs: 300, idleStreamMs: 300 };

export interface ExpectedFault {
  status: number;
  reason: string;
  /** The hop that failed. */
  hop: string;
  /** Type of RFC 9209 §2.3. */
  proxyStatus: string;
}

/** Two gateways and an agent that may do everything. */
export class Stage {
  private constructor(
    readonly rig: RelayRig,
    readonly alice: RigUser,
  ) {}

  static start(...gateways: string[]): Promise<Stage> {
    return Stage.startWith({}, ...gateways);
  }

  static async startWith(
    settings: Parameters<typeof RelayRig.startWith>[0],
    ...gateways: string[]
  ): Promise<Stage> {
    const rig = await RelayRig.startWith(settings, ...gateways);
    const alice = rig.user('alice');
    rig.policy('all', {});
    return new Stage(rig, alice);
  }

  forget(): void {
    for (const { parts } of this.rig.gateways.values()) parts.length = 0;
  }

  call(
    gateway: string,
    server: string,
    body = callOf('get_mail', 'x-1'),
    headers?: string[],
  ): Promise<RawAnswer> {
    return post(this.rig, gateway, server, this.alice, body, headers);
  }

  /** The record that the gateways' parts of the only request so far make, once all of them are there. */
  async record(...gateways: string[]): Promise<ReturnType<typeof mergeParts>> {
    const outcomes = (): AuditPart[] =>
      gateways.flatMap((name) => this.rig.gateway(name).parts.filter((part) => part.phase === 'outcome'));
    await until(() => outcomes().length >= gateways.length);
    const ids = new Set(outcomes().map((part) => part.requestId));
    if (ids.size > 1) throw new Error(`Parts of ${ids.size} requests`);
    return mergeParts(gateways.flatMap((name) => this.rig.gateway(name).parts));
  }

  stop(): Promise<void> {
    return this.rig.stop();
  }
}

/** The gateways that account for a request that came in at this one, where `azure` handles the server. */
export const gatewaysFrom = (entry: string): string[] => (entry === 'azure' ? ['azure'] : [entry, 'azure']);

/** A gateway's own failure before the first byte of the answer, in every place that tells of it. */
export function expectFault(answer: RawAnswer, server: string, expected: ExpectedFault): void {
  const [gateway, next] = expected.hop.split('->');
  expect([answer.status, answer.reason]).toEqual([expected.status, expected.reason]);
  const { id, error } = answer.json();
  expect(id).toBe('x-1');
  expect(error?.data).toMatchObject({
    reason: expected.reason,
    gateway,
    hop: expected.hop,
    mcpServer: server,
  });
  expect(answer.headers['proxy-status']).toBe(
    `${gateway}; error=${expected.proxyStatus}; next-hop="${next}"; details="${expected.reason}"`,
  );
  expect(answer.headers['www-authenticate']).toBeUndefined();
  expect(answer.headers.location).toBeUndefined();
}
