import { expect } from 'vitest';
import { mergeParts, type McpAuditRecord } from '#libs/audit';
import type { AuditPart } from '#libs/contract';
import type { Fault, FaultProxy } from '../../support/relay/fault-proxy.js';
import { callOf, post, type RawAnswer } from '../../support/relay/raw-client.js';
import { GatewayHarness, until, type HarnessOptions } from '../../support/relay/gateway-harness.js';

/** A server that `azure` handles is one gateway away from an agent of `azure`, and two from one of `aws`. */
export const WAYS = [
  ['one hop', 'azure'],
  ['two hops', 'aws'],
] as const;

/** Short, so that a case in which something hangs takes about a second. */
export const SHORT = { connectMs: 300, responseMs: 300, idleStreamMs: 300 };

export interface ExpectedFault {
  status: number;
  reason: string;
  /** The hop that failed. */
  hop: string;
  /** Type of RFC 9209 §2.3. */
  proxyStatus: string;
}

/** Gateways and an agent who may do everything. */
export class PeerFaultHarness extends GatewayHarness {
  readonly alice = this.user('alice');

  static start(...gateways: string[]): Promise<PeerFaultHarness> {
    return PeerFaultHarness.startWith({}, ...gateways);
  }

  static async startWith(
    settings: HarnessOptions['settings'],
    ...gateways: string[]
  ): Promise<PeerFaultHarness> {
    const harness = new PeerFaultHarness({ settings });
    await harness.open(...gateways);
    harness.policy('all', {});
    return harness;
  }

  forget(): void {
    for (const { parts } of this.gateways.values()) parts.length = 0;
  }

  call(
    gateway: string,
    server: string,
    body = callOf('get_mail', 'x-1'),
    headers?: string[],
  ): Promise<RawAnswer> {
    return post(this, gateway, server, this.alice, body, headers);
  }

  /**
   * Calls the server once under each fault, all at the same time, since each keeps its caller waiting until a time-out.
   * @returns the answers, in the order of the faults.
   */
  async callUnder(
    faults: readonly Fault[],
    proxy: FaultProxy,
    gateway: string,
    server: string,
  ): Promise<RawAnswer[]> {
    const calls: Promise<RawAnswer>[] = [];
    for (const fault of faults) {
      const before = proxy.connections;
      proxy.fault = fault;
      calls.push(this.call(gateway, server));
      await until(() => proxy.connections > before);
    }
    return Promise.all(calls);
  }

  /** The record of the only request so far, once the gateways have written all parts of it. */
  async record(...gateways: string[]): Promise<McpAuditRecord> {
    await until(() => this.outcomes(gateways).length >= gateways.length);
    const ids = new Set(this.outcomes(gateways).map((part) => part.requestId));
    if (ids.size > 1) throw new Error(`Parts of ${ids.size} requests`);
    return this.recordOf([...ids].join(), ...gateways);
  }

  /** The record of the request with this id. */
  async recordOf(requestId: string, ...gateways: string[]): Promise<McpAuditRecord> {
    const ofRequest = (part: AuditPart): boolean => part.requestId === requestId;
    await until(() => this.outcomes(gateways).filter(ofRequest).length >= gateways.length);
    return mergeParts(this.parts(gateways).filter(ofRequest));
  }

  private parts(gateways: readonly string[]): AuditPart[] {
    return gateways.flatMap((name) => this.gateway(name).parts);
  }

  private outcomes(gateways: readonly string[]): AuditPart[] {
    return this.parts(gateways).filter((part) => part.phase === 'outcome');
  }
}

/** The gateways that account for a request that came in at this one, where `azure` handles the server. */
export const gatewaysFrom = (entry: string): string[] => (entry === 'azure' ? ['azure'] : [entry, 'azure']);

/** Checks every place that tells of a gateway's own failure before the first byte of the answer. */
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

export const requestIdOf = ({ headers }: RawAnswer): string => String(headers['causeway-request-id']);
