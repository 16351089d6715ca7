import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { GatewayError, type ConfigGateway, type ConfigServer } from '#libs/contract';
import { Snapshot, SnapshotStore } from '#libs/snapshot';
import { GatewayHop, UpstreamHop, type NextHop } from './next-hop.js';
import { NextHopLimits } from './next-hop-limits.js';

const upstream = (name: string): NextHop => new UpstreamHop('aws', { name } as ConfigServer);
const hop = (name: string, peer: string): NextHop =>
  new GatewayHop('aws', { name: peer } as ConfigGateway, { name } as ConfigServer);

function limits(): { sut: NextHopLimits; store: SnapshotStore } {
  const store = new SnapshotStore();
  const options = { perServer: { requests: 2, streams: 1 }, perHop: { requests: 3, streams: 2 } };
  return { sut: new NextHopLimits(options, store), store };
}

function refusal(step: () => void): unknown {
  try {
    step();
  } catch (error) {
    if (error instanceof GatewayError) return [error.reason, error.context.leg, error.context.retryAfter];
  }
  return null;
}

describe('NextHopLimits', () => {
  const warn = vi.fn();
  beforeAll(() => Logger.overrideLogger({ warn, log: warn, error: warn }));
  afterAll(() => Logger.overrideLogger(['log']));

  it('refuses what is too many for one MCP server and leaves its neighbours alone', () => {
    const { sut } = limits();
    for (let i = 0; i < 2; i++) sut.enter(upstream('m365'), 'requests');
    expect(refusal(() => sut.enter(upstream('m365'), 'requests'))).toEqual(['overloaded', 'aws->m365', 1]);
    expect(refusal(() => sut.enter(upstream('jira'), 'requests'))).toBeNull();
  });

  it('refuses what is too many for one MCP server over a hop, so that its neighbours still fit', () => {
    const { sut } = limits();
    for (let i = 0; i < 2; i++) sut.enter(hop('m365', 'azure'), 'requests');
    expect(refusal(() => sut.enter(hop('m365', 'azure'), 'requests'))).toEqual(['overloaded', 'aws->azure', 1]);
    expect(refusal(() => sut.enter(hop('jira', 'azure'), 'requests'))).toBeNull();
  });

  it('refuses what is too many for one hop, whatever the MCP server', () => {
    const { sut } = limits();
    for (const name of ['m365', 'm365', 'jira']) sut.enter(hop(name, 'azure'), 'requests');
    expect(refusal(() => sut.enter(hop('wiki', 'azure'), 'requests'))).toEqual(['overloaded', 'aws->azure', 1]);
    expect(refusal(() => sut.enter(hop('wiki', 'gcp'), 'requests'))).toBeNull();
  });

  it('counts listening streams apart', () => {
    const { sut } = limits();
    sut.enter(upstream('m365'), 'streams');
    expect(refusal(() => sut.enter(upstream('m365'), 'streams'))).not.toBeNull();
    expect(refusal(() => sut.enter(upstream('m365'), 'requests'))).toBeNull();
  });

  it('has room again when a request has left', () => {
    const { sut } = limits();
    for (let i = 0; i < 2; i++) sut.enter(hop('m365', 'azure'), 'requests');
    sut.leave(hop('m365', 'azure'), 'requests');
    expect(refusal(() => sut.enter(hop('m365', 'azure'), 'requests'))).toBeNull();
  });

  it('does not forget what is under way to a server that is not registered any more', () => {
    const { sut, store } = limits();
    for (let i = 0; i < 2; i++) sut.enter(upstream('m365'), 'requests');
    store.replace(Snapshot.EMPTY);
    expect(refusal(() => sut.enter(upstream('m365'), 'requests'))).not.toBeNull();
  });

  it('logs a full next hop, and not each refusal', () => {
    const { sut } = limits();
    warn.mockClear();
    for (const name of ['m365', 'jira']) {
      for (let i = 0; i < 2; i++) sut.enter(upstream(name), 'requests');
      for (let i = 0; i < 50; i++) refusal(() => sut.enter(upstream(name), 'requests'));
    }
    expect(warn).toHaveBeenCalledTimes(2);
  });
}); // prettier-ignore
