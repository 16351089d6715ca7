import { Transport, type NatsOptions } from '@nestjs/microservices';
import { natsOptions } from '../../../nats/nats-options.js';
import type { GatewaySettings } from '../../../settings/settings.js';

/**
 * How a gateway listens to NATS, or null where none is configured. Without a queue group, since every replica needs
 * every message. Start it after HTTP and do not wait for it: it connects and reconnects for ever by itself.
 */
export function natsMicroserviceOptions(
  settings: Pick<GatewaySettings, 'natsUrl' | 'url'>,
): NatsOptions | null {
  if (settings.natsUrl === null) return null;
  const options = natsOptions(settings.natsUrl, `causeway gateway ${settings.url}`);
  return { transport: Transport.NATS, options };
}
