import type { NatsOptions } from '@nestjs/microservices';

type Options = NonNullable<NatsOptions['options']>;

/** Two of them unanswered mean a server that hangs, milliseconds. */
const PING_INTERVAL_MS = 2000;
const MAX_PINGS_OUT = 2;
const RECONNECT_WAIT_MS = 500;
/** So that a fleet does not come back all at once. */
const RECONNECT_JITTER_MS = 500;

/**
 * Connection options for a NATS URL, which may carry `user:password@` or `token@`: the client takes credentials only
 * apart from it. It reconnects for ever, and waits for the first connection as for any other.
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
