import {
  Client,
  StreamableHTTPClientTransport,
  type ClientOptions,
  type ConnectOptions,
  type DiscoverResult,
} from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { WatchedWire, type Fetch } from './watched-wire.js';

const INFO = { name: 'negotiator', version: '1.0.0' };

/** How a client's attempt to connect ended. */
export interface Outcome {
  connected: {
    version: string | undefined;
    era: string | undefined;
    server: unknown;
    capabilities: unknown;
    instructions: string | undefined;
    hasSession: boolean;
    tools: string[];
  } | null;
  error: { name: string; code: unknown; status: unknown; message: string; data: unknown } | null;
  /** Every POST that left the client, in order: `initialize 200 application/json`. */
  posts: string[];
  /** The other requests. */
  others: string[];
}

/** A way to make a client: SDK, options and how it is connected. */
export interface Mode {
  /** Only for the second SDK. */
  options?: Partial<ClientOptions>;
  connect?: ConnectOptions;
}

const prior: DiscoverResult = {
  supportedVersions: ['2026-07-28'],
  capabilities: { tools: {} },
  resultType: 'complete',
  ttlMs: 0,
  cacheScope: 'private',
};

const offering = (...versions: string[]): Mode => ({ options: { supportedProtocolVersions: versions } });

/** Every mode in which today's clients negotiate; `null` stands for the first SDK, which has only one. */
export const MODES = {
  'sdk 1.x': null,
  'sdk 2.x as it comes': {},
  legacy: { options: { versionNegotiation: { mode: 'legacy' } } },
  'legacy, 2025-06-18 only': offering('2025-06-18'),
  'legacy, 2025-03-26 only': offering('2025-03-26'),
  'legacy, 2024-11-05 only': offering('2024-11-05'),
  'legacy by an earlier verdict': {
    options: { versionNegotiation: { mode: 'auto' } },
    connect: { prior: { kind: 'legacy' } },
  },
  auto: { options: { versionNegotiation: { mode: 'auto' } } },
  'auto, listening for changes': {
    options: { versionNegotiation: { mode: 'auto' }, listChanged: { tools: { onChanged: () => undefined } } },
  },
  'auto without a legacy version': {
    options: { versionNegotiation: { mode: 'auto' }, supportedProtocolVersions: ['2026-07-28'] },
  },
  'pinned to 2026-07-28': { options: { versionNegotiation: { mode: { pin: '2026-07-28' } } } },
  'pinned to a revision to come': { options: { versionNegotiation: { mode: { pin: '2099-01-01' } } } },
  'modern by an earlier verdict': { connect: { prior: { kind: 'modern', discover: prior } } },
} satisfies Record<string, Mode | null>;

export type ModeName = keyof typeof MODES;
export const MODE_NAMES = Object.keys(MODES) as ModeName[];

/**
 * Connects, lists the tools, and tells how that ended and what was sent for it.
 * @param timeoutMs How long each request of the second SDK waits, also for a stream that has broken off silently.
 * @param send Sends the requests; this runtime's own `fetch` by default.
 */
export async function negotiate(
  mode: ModeName,
  url: URL,
  token: string,
  timeoutMs = 20_000,
  send?: Fetch,
): Promise<Outcome> {
  const wire = new WatchedWire(token, send);
  const settings: Mode | null = MODES[mode];
  const open = settings === null ? openSdk1(url, wire) : openSdk2(url, wire, settings, timeoutMs);
  try {
    const connected = await open.connected();
    return { connected, error: null, ...(await wire.settled()) };
  } catch (error) {
    return { connected: null, error: describe(error), ...(await wire.settled()) };
  } finally {
    await open.close();
  }
}

interface Opening {
  connected(): Promise<NonNullable<Outcome['connected']>>;
  close(): Promise<void>;
}

/** What a client of either SDK knows of the server once it has connected. */
async function seenBy(client: Client | Client1) {
  return {
    server: client.getServerVersion(),
    capabilities: client.getServerCapabilities(),
    instructions: client.getInstructions(),
    tools: (await client.listTools()).tools.map(({ name }) => name),
  };
}

function openSdk1(url: URL, wire: WatchedWire): Opening {
  const client = new Client1(INFO);
  const transport = new Transport1(url, { fetch: wire.fetch });
  return {
    connected: async () => {
      await client.connect(transport);
      return {
        version: transport.protocolVersion,
        era: 'legacy',
        hasSession: transport.sessionId !== undefined,
        ...(await seenBy(client)),
      };
    },
    close: () => client.close(),
  };
}

function openSdk2(url: URL, wire: WatchedWire, { options, connect }: Mode, timeout: number): Opening {
  const client = new Client(INFO, options);
  const transport = new StreamableHTTPClientTransport(url, { fetch: wire.fetch });
  return {
    connected: async () => {
      await client.connect(transport, { timeout, ...connect });
      return {
        version: client.getNegotiatedProtocolVersion(),
        era: client.getProtocolEra(),
        hasSession: transport.sessionId !== undefined,
        ...(await seenBy(client)),
      };
    },
    close: () => client.close(),
  };
}

function describe(thrown: unknown): NonNullable<Outcome['error']> {
  const error = thrown as Error & { code?: unknown; status?: unknown; data?: unknown };
  const { name, code, status, message, data } = error;
  return { name, code, status, message, data };
}

/** The `reason` of a gateway's answer, if the client's error shows it to its user. */
export function reasonIn(error: Outcome['error']): string | null {
  const seen = JSON.stringify({ message: error?.message, data: error?.data });
  return /\\*"reason\\*":\\*"([a-z_]+)/.exec(seen)?.[1] ?? null;
}
