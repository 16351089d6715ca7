import { Transport, type NatsOptions } from '@nestjs/microservices';
import type { GatewaySettings } from '../../configuration/settings.js';

/** Milliseconds between pings; two without an answer end a frozen connection. */
const PING_MS = 2000;
const RECONNECT_MS = 500;

/**
 * How a gateway listens to NATS, or null where none is configured. Without a queue group, since every replica needs
 * every message. Start it after HTTP and do not wait for it: it connects and reconnects for ever by itself.
 */
export function natsMicroserviceOptions(
  settings: Pick<GatewaySettings, 'natsUrl' | 'url'>,
): NatsOptions | null {
  if (settings.natsUrl === null) return null;
  const url = new URL(settings.natsUrl);
  return {
    transport: Transport.NATS,
    options: {
      servers: [serverOf(url)],
      ...credentialsOf(url),
      ...(url.protocol === 'tls:' ? { tls: {} } : {}),
      name: `causeway gateway ${settings.url}`,
      maxReconnectAttempts: -1,
      waitOnFirstConnect: true,
      reconnectTimeWait: RECONNECT_MS,
      reconnectJitter: RECONNECT_MS,
      pingInterval: PING_MS,
      maxPingOut: 2,
    },
  };
}

/** The address without credentials, so that no log or status of the client can show them. */
function serverOf(url: URL): string {
  const isWebSocket = url.protocol === 'ws:' || url.protocol === 'wss:';
  return isWebSocket ? `${url.protocol}//${url.host}${url.pathname}` : `${url.protocol}//${url.host}`;
}

/** `user:password@` or `token@`, as nats-server's own tools read them. */
function credentialsOf(url: URL): { user?: string; pass?: string; token?: string } {
  const user = decodeURIComponent(url.username);
  const pass = decodeURIComponent(url.password);
  if (user === '') return {};
  return pass === '' ? { token: user } : { user, pass };
}
