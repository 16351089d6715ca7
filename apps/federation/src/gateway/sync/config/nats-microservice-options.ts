import { Transport, type NatsOptions } from '@nestjs/microservices';
import { natsOptions } from '../../../nats/nats-options.js';
import type { GatewaySettings } from '../../../settings/settings.js';

/**
 * How a gateway listens to NATS, or null if none is configured. There is no queue group, since every replica needs every
 * message. Start it after HTTP and do not wait for it: it keeps connecting by itself.
 */
export function natsMicroserviceOptions(
  settings: Pick<GatewaySettings, 'natsUrl' | 'url'>,
): NatsOptions | null {
  if (settings.natsUrl === null) return null;
  const options = natsOptions(settings.natsUrl, `causeway gateway ${settings.url}`);
  return { transport: Transport.NATS, options };
}
