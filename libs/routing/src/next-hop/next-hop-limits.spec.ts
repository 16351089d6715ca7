import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { GatewayError, type ConfigGateway, type ConfigServer } from '#libs/contract';
import { Snapshot, SnapshotStore } from '#libs/snapshot';
import { GatewayHop, UpstreamHop, type NextHop } from './next-hop.js';
import { NextHopLimits } from './next-hop-limits.js';
import type { RoutingOptions } from '../routing.options.js';

const upstream = (name: string): NextHop => new UpstreamHop('aws', { name } as ConfigServer);
const hop = (name: string, peer: string): NextHop =>
  new GatewayHop('aws', { name: peer } as ConfigGateway, { name } as ConfigServer);

let callers = 0;
/** A principal that has nothing under way yet. */
const somebody = (): string => `registry user-${callers++}`;

function limits(): { sut: NextHopLimits; store: SnapshotStore } {
  const store = new SnapshotStore();
  const options: Pick<RoutingOptions, 'perServer' | 'perHop'> = {
    perServer: { requests: 2, streams: 1 },
    perHop: { requests: 3, streams: 2 },
  };
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

/** Limits of this size for both kinds, and how many places a principal gets until it is refused. */
const share = (most: number): { sut: NextHopLimits; taken: (principal: string, to?: NextHop) => number } => {
  const load = { requests: most, streams: most };
  const sut = new NextHopLimits({ perServer: load, perHop: load }, new SnapshotStore());
  const taken = (principal: string, to = upstream('m365')): number => {
    for (let count = 0; ; count++)
      if (refusal(() => sut.enter(to, 'requests', principal)) !== null) return count;
  };
  return { sut, taken };
};

describe('NextHopLimits', () => {
  const warn = vi.fn();
  beforeAll(() => Logger.overrideLogger({ warn, log: warn, error: warn }));
  afterAll(() => Logger.overrideLogger(['log']));

  it('refuses what is too many for one MCP server and leaves its neighbours alone', () => {
    const { sut } = limits();
    for (let i = 0; i < 2; i++) sut.enter(upstream('m365'), 'requests', somebody());
    expect(refusal(() => sut.enter(upstream('m365'), 'requests', somebody()))).toEqual(['overloaded', 'aws->m365', 1]);
    expect(refusal(() => sut.enter(upstream('jira'), 'requests', somebody()))).toBeNull();
  });

  it('refuses what is too many for one MCP server over a hop, so that its neighbours still fit', () => {
    const { sut } = limits();
    for (let i = 0; i < 2; i++) sut.enter(hop('m365', 'azure'), 'requests', somebody());
    expect(refusal(() => sut.enter(hop('m365', 'azure'), 'requests', somebody()))).toEqual(['overloaded', 'aws->azure', 1]);
    expect(refusal(() => sut.enter(hop('jira', 'azure'), 'requests', somebody()))).toBeNull();
  });

  it('refuses what is too many for one hop, whatever the MCP server', () => {
    const { sut } = limits();
    for (const name of ['m365', 'm365', 'jira']) sut.enter(hop(name, 'azure'), 'requests', somebody());
    expect(refusal(() => sut.enter(hop('wiki', 'azure'), 'requests', somebody()))).toEqual(['overloaded', 'aws->azure', 1]);
    expect(refusal(() => sut.enter(hop('wiki', 'gcp'), 'requests', somebody()))).toBeNull();
  });

  it('counts listening streams apart', () => {
    const { sut } = limits();
    sut.enter(upstream('m365'), 'streams', somebody());
    expect(refusal(() => sut.enter(upstream('m365'), 'streams', somebody()))).not.toBeNull();
    expect(refusal(() => sut.enter(upstream('m365'), 'requests', somebody()))).toBeNull();
  });

  it('has room again when a request has left', () => {
    const { sut } = limits();
    for (const caller of ['registry alice', somebody()]) sut.enter(hop('m365', 'azure'), 'requests', caller);
    sut.leave(hop('m365', 'azure'), 'requests', 'registry alice');
    expect(refusal(() => sut.enter(hop('m365', 'azure'), 'requests', somebody()))).toBeNull();
  });

  describe('shares', () => {
    it('one principal takes at most half of a limit, and is told that it is its own share', () => {
      const { sut, taken } = share(1000);
      expect(taken('registry mallory')).toBe(500);
      expect(refusal(() => sut.enter(upstream('m365'), 'requests', 'registry mallory'))).toEqual([
        'principal_limit_reached', 'aws->m365', 1,
      ]);
    });

    it('principals that compete get equal shares, and a newcomer still finds a place', () => {
      const { sut } = share(1000);
      const held = [0, 0, 0];
      for (let i = 0; i < 1000; i++)
        held.forEach((_, who) => {
          if (refusal(() => sut.enter(upstream('m365'), 'requests', `registry ${who}`)) === null) held[who]!++;
        });
      expect(held).toEqual([250, 250, 250]);
      expect(refusal(() => sut.enter(upstream('m365'), 'requests', somebody()))).toBeNull();
    });

    it('a principal that fills its share of a hop takes nothing from others behind it', () => {
      const { taken } = share(1000);
      expect(taken('registry mallory', hop('m365', 'azure')) + taken('registry mallory', hop('jira', 'azure'))).toBe(500);
      expect(taken('registry alice', hop('jira', 'azure'))).toBe(250);
    });

    it('two issuers with the same subject are two principals', () => {
      const { sut, taken } = share(4);
      expect(taken('registry alice')).toBe(2);
      expect(refusal(() => sut.enter(upstream('m365'), 'requests', 'idp alice'))).toBeNull();
    });

    it('what has left counts for nobody, and nothing is remembered of it', () => {
      const { sut, taken } = share(1000);
      for (let round = 0; round < 3; round++) {
        expect(taken('registry mallory')).toBe(500);
        for (let i = 0; i < 500; i++) sut.leave(upstream('m365'), 'requests', 'registry mallory');
      }
    });
  });

  it('does not forget what is under way to a server that is not registered any more', () => {
    const { sut, store } = limits();
    for (let i = 0; i < 2; i++) sut.enter(upstream('m365'), 'requests', somebody());
    store.replace(Snapshot.EMPTY);
    expect(refusal(() => sut.enter(upstream('m365'), 'requests', somebody()))).not.toBeNull();
  });

  it('logs a full next hop, and not each refusal', () => {
    const { sut } = limits();
    warn.mockClear();
    for (const name of ['m365', 'jira']) {
      for (let i = 0; i < 2; i++) sut.enter(upstream(name), 'requests', somebody());
      for (let i = 0; i < 50; i++) refusal(() => sut.enter(upstream(name), 'requests', somebody()));
    }
    expect(warn).toHaveBeenCalledTimes(2);
  });
}); // prettier-ignore
