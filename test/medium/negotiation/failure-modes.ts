import { randomBytes } from 'node:crypto';
import { Logger, type INestApplicationContext } from '@nestjs/common';
import { HEADERS, mintToken, type Reason } from '#libs/contract';
import { HOP_KEYRING, type HopKeyring } from '#libs/snapshot';
import { AUTH_OPTIONS, type AuthOptions } from '../../../libs/auth/src/auth.options.js';
import { ROUTING_OPTIONS, type RoutingOptions } from '../../../libs/routing/src/routing.options.js';
import { NextHopLimits } from '../../../libs/routing/src/next-hop/next-hop-limits.js';
import { FailedCredentials } from '../../../libs/auth/src/authentication/failed-credentials.js';
import { JSON_TYPE, SSE_TYPE, type Script } from '../../support/relay/scripted-server.js';
import type { NegotiationHarness } from './negotiation-harness.js';

type Undo = () => void;

/** A way for the federation to fail a client, and the reason that the client must be given. */
export interface FailureMode {
  name: string;
  /** Where the client comes in; else at `aws`, two hops away. */
  at?: 'aws' | 'azure' | 'edge';
  server?: string;
  /** A user of the harness, or a token; else alice. */
  as?: string;
  reason: Reason;
  enter?: (harness: NegotiationHarness) => Undo | void;
}

/** Sets fields of an object that a gateway holds. */
function set(target: object, fields: object): Undo {
  const before = Object.keys(fields).map((key) => [key, Reflect.get(target, key) as unknown]);
  Object.assign(target, fields);
  return () => void Object.assign(target, Object.fromEntries(before));
}

const store = (harness: NegotiationHarness, at: string): object => harness.gateway(at).store;
const withoutConfiguration =
  (at: string) =>
  (harness: NegotiationHarness): Undo =>
    set(store(harness, at), { snapshot: null });

function stale(at: string): (harness: NegotiationHarness) => Undo {
  return (harness) => {
    const options = harness.gateway(at).app.get<AuthOptions>(AUTH_OPTIONS, { strict: false });
    const limit = set(options, { maxStalenessSeconds: 60 });
    const clock = set(store(harness, at), { signedAt: Date.now() - 3_600_000 });
    return () => [limit, clock].forEach((undo) => undo());
  };
}

const withKeyring =
  (fields: Partial<HopKeyring>) =>
  (harness: NegotiationHarness): Undo =>
    set(harness.gateway('aws').app.get<HopKeyring>(HOP_KEYRING, { strict: false }), fields);

function failingUnexpectedly(): never {
  throw new Error('a defect');
}

/** A defect is logged with its stack, which nobody needs to see in the output of the tests. */
function defect(harness: NegotiationHarness): Undo {
  Logger.overrideLogger(['fatal']);
  const undo = withKeyring({ outbound: failingUnexpectedly })(harness);
  return () => {
    undo();
    Logger.overrideLogger(['error', 'fatal']);
  };
}

const fullSpool =
  (at: string) =>
  (harness: NegotiationHarness): Undo =>
    set(harness.gateway(at).spool, { full: true });

function overloaded(at: string, limit: 'perServer' | 'perHop'): (harness: NegotiationHarness) => Undo {
  return (harness) => {
    const { app } = harness.gateway(at);
    const options = app.get<RoutingOptions>(ROUTING_OPTIONS, { strict: false });
    const undo = set(options[limit], { requests: 0, streams: 0 });
    forgetLoads(app);
    return () => {
      undo();
      forgetLoads(app);
    };
  };
}

/** The limits of a next hop are read when it is first used. */
function forgetLoads(app: INestApplicationContext): void {
  const { servers, hops } = app.get(NextHopLimits, { strict: false }) as Record<string, Map<string, unknown>>;
  servers?.clear();
  hops?.clear();
}

/** A policy that is in force until the case ends. */
const denying =
  (fields: object) =>
  (harness: NegotiationHarness): Undo => {
    harness.policy('denial', { effect: 'deny', ...fields, servers: ['both'] });
    return () => harness.remove('policy', 'denial');
  };

function throttled(harness: NegotiationHarness): Undo {
  const failures = harness.gateway('aws').app.get(FailedCredentials, { strict: false });
  for (let i = 0; i < 31; i++) failures.count('127.0.0.1');
  return () => (failures as unknown as { windows: Map<string, unknown> }).windows.clear();
}

const answering =
  (script: Script) =>
  (harness: NegotiationHarness): void =>
    void (harness.unwell.script = script);

const status = (code: number, headers = {}): Script => {
  return (_, response) => void response.writeHead(code, headers).end();
};

const breakingOff =
  (headers: Record<string, string>, start: string): Script =>
  (_, response) => {
    response.writeHead(200, headers).write(start);
    setTimeout(() => response.destroy(), 50);
  };

const badCredentials: FailureMode[] = [
  { name: 'no token', as: '', reason: 'credentials_missing' },
  { name: 'a malformed token', as: 'nonsense', reason: 'credentials_invalid' },
  { name: 'a token that was never issued', as: mintToken('cwy_'), reason: 'credentials_invalid' },
  { name: 'a revoked token', as: 'dave', reason: 'credentials_revoked' },
  { name: 'a disabled user', as: 'erin', reason: 'principal_disabled' },
  { name: 'a guess that is throttled', as: 'nonsense', reason: 'credentials_throttled', enter: throttled },
];

const noAccess: FailureMode[] = [
  { name: 'a user without access', as: 'stranger', reason: 'access_denied' },
  { name: 'a token of narrower scope', as: 'narrow', reason: 'access_denied' },
  { name: 'an unknown server', server: 'nobody', reason: 'access_denied' },
  { name: 'a denial at the entry gateway', reason: 'access_denied', enter: denying({ gateways: ['aws'] }) },
  {
    name: 'a denial at the handling gateway',
    reason: 'access_denied',
    enter: denying({ gateways: ['azure'] }),
  },
  { name: 'a denial, one hop', at: 'azure', reason: 'access_denied', enter: denying({}) },
];

const NEGOTIATION = { methods: ['server/discover', 'initialize'] };
const deniedNegotiation: FailureMode[] = [
  { name: 'a denial of the negotiation', reason: 'access_denied', enter: denying(NEGOTIATION) },
  {
    name: 'a denial of the negotiation at the handling gateway',
    reason: 'access_denied',
    enter: denying({ ...NEGOTIATION, gateways: ['azure'] }),
  },
  {
    name: 'a denial of the negotiation, one hop',
    at: 'azure',
    reason: 'access_denied',
    enter: denying(NEGOTIATION),
  },
];

const ownState: FailureMode[] = [
  { name: 'no configuration', reason: 'config_missing', enter: withoutConfiguration('aws') },
  {
    name: 'no configuration, one hop',
    at: 'azure',
    reason: 'config_missing',
    enter: withoutConfiguration('azure'),
  },
  {
    name: 'no configuration at the handling gateway',
    reason: 'remote_gateway_unreachable',
    enter: withoutConfiguration('azure'),
  },
  { name: 'a stale configuration', reason: 'config_stale', enter: stale('aws') },
  { name: 'a full spool', reason: 'audit_unavailable', enter: fullSpool('aws') },
  { name: 'a full spool at the handling gateway', reason: 'audit_unavailable', enter: fullSpool('azure') },
  { name: 'too many requests for the server', reason: 'overloaded', enter: overloaded('aws', 'perServer') },
  { name: 'too many requests on the hop', reason: 'overloaded', enter: overloaded('aws', 'perHop') },
  {
    name: 'too many requests at the handling gateway',
    reason: 'overloaded',
    enter: overloaded('azure', 'perServer'),
  },
  { name: 'no hop key yet', reason: 'hop_key_missing', enter: withKeyring({ outbound: () => null }) },
  {
    name: 'a hop key that the other gateway does not know',
    reason: 'hop_untrusted',
    enter: withKeyring({ outbound: () => ({ generation: 1, key: randomBytes(32) }) }),
  },
  {
    name: 'a defect of the gateway',
    reason: 'internal_error',
    enter: defect,
  },
];

const brokenHop: FailureMode[] = [
  { name: 'a remote gateway that is gone', server: 'behind-gone', reason: 'remote_gateway_unreachable' },
  { name: 'a remote gateway that hangs', server: 'behind-silent', reason: 'remote_gateway_timeout' },
  { name: 'a remote gateway that resets', server: 'behind-resetting', reason: 'remote_gateway_interrupted' },
  {
    name: 'a peer that does not speak HTTP',
    server: 'behind-garbled',
    reason: 'remote_gateway_invalid_response',
  },
  ...[400, 404, 405, 200].map((code) => ({
    name: `a web server that answers ${code} in its place`,
    server: 'behind-imposter',
    reason: 'remote_gateway_invalid_response' as const,
    enter: answering(status(code, JSON_TYPE)),
  })),
  {
    name: 'a load balancer without a gateway',
    server: 'behind-imposter',
    reason: 'remote_gateway_unreachable',
    enter: answering(status(503)),
  },
];

/** Refuses as a gateway would that believed the hop context and then lost the body. */
const refusing =
  (code: number, reason: Reason): Script =>
  ({ headers }, response) => {
    const claims = String(headers[HEADERS.hop]).split('.')[1] ?? '';
    const { rid } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { rid: string };
    const fields = { [HEADERS.requestId]: rid, [HEADERS.reason]: reason };
    response.writeHead(code, { ...JSON_TYPE, ...fields }).end('{}');
  };

const refusedOnTheWay = (
  [
    [400, 'header_mismatch'],
    [408, 'body_timeout'],
    [413, 'body_too_large'],
    [415, 'media_type_unsupported'],
  ] as const
).map(([code, reason]) => ({
  name: `a remote gateway that answers ${code} to what this one accepted`,
  server: 'behind-imposter',
  reason,
  enter: answering(refusing(code, reason)),
}));

const unwell = (name: string, reason: Reason, script: Script): FailureMode[] =>
  (['aws', 'azure'] as const).map((at) => ({
    name: `an MCP server that ${name}, from ${at}`,
    at,
    server: 'unwell',
    reason,
    enter: answering(script),
  }));

const failingServer: FailureMode[] = [
  { name: 'an MCP server that is down', server: 'dead', reason: 'upstream_unreachable' },
  {
    name: 'an MCP server that is down, one hop',
    at: 'azure',
    server: 'dead',
    reason: 'upstream_unreachable',
  },
  ...unwell('hangs', 'upstream_timeout', () => undefined),
  ...unwell('resets', 'upstream_interrupted', (_, response) => void response.socket?.resetAndDestroy()),
  ...unwell(
    'does not speak HTTP',
    'upstream_invalid_response',
    (_, response) => void response.socket?.end('?\r\n\r\n'),
  ),
  ...unwell('asks for credentials', 'upstream_auth', status(401)),
  ...unwell('forbids', 'upstream_auth', status(403)),
  ...unwell('redirects', 'upstream_redirect', status(307, { location: '/elsewhere' })),
];

interface BrokenAnswer {
  name: string;
  script: Script;
  /** How long a client waits that hears nothing more, milliseconds: enough for the gateway to break off first. */
  patienceMs: number;
}

/** Failures after the head of the answer has left: all that a gateway can still do is break it off. */
export const BROKEN_ANSWERS: BrokenAnswer[] = [
  { name: 'JSON that breaks off', script: breakingOff(JSON_TYPE, '{"jsonrpc":"2.0"'), patienceMs: 800 },
  { name: 'an event that breaks off', script: breakingOff(SSE_TYPE, 'data: {"jsonrpc"'), patienceMs: 800 },
  { name: 'a stream that breaks off', script: breakingOff(SSE_TYPE, ': hello\n\n'), patienceMs: 800 },
  {
    name: 'a stream that falls silent',
    script: (_, response) => void response.writeHead(200, SSE_TYPE).write(': hello\n\n'),
    patienceMs: 3000,
  },
];

export const FAILURE_MODES: FailureMode[] = [
  ...badCredentials,
  ...noAccess,
  ...deniedNegotiation,
  ...ownState,
  ...brokenHop,
  ...refusedOnTheWay,
  ...failingServer,
];
