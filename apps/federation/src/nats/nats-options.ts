import type { NatsOptions } from '@nestjs/microservices';

type Options = NonNullable<NatsOptions['options']>;

/** Time between pings, milliseconds; a server that leaves two unanswered hangs. */
const PING_INTERVAL_MS = 2000;
const MAX_PINGS_OUT = 2;
const RECONNECT_WAIT_MS = 500;
/** Spreads the reconnects of a fleet. */
const RECONNECT_JITTER_MS = 500;

/**
 * Connection options for a NATS URL, which may carry `user:password@` or `token@`: the client wants credentials apart from
 * the URL. It keeps trying to connect, the first time as later.
 */
export function natsOptions(natsUrl: string, name: string): Options {
  const url = new URL(natsUrl);
  return {
    servers: [url.host],
    name,
    ...credentials(url),
    ...(url.protocol === 'tls:' ? { tls: {} } : {}),
    waitOnFirstConnect: true,
    ignoreAuthErrorAbort: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    reconnectJitter: RECONNECT_JITTER_MS,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: MAX_PINGS_OUT,
  };
}

function credentials({ username, password }: URL): Options {
  if (username === '') return {};
  const user = decodeURIComponent(username);
  return password === '' ? { token: user } : { user, pass: decodeURIComponent(password) };
}
