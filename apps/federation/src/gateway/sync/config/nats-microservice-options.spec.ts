import { describe, expect, it } from 'vitest';
import { natsMicroserviceOptions } from './nats-microservice-options.js';

const of = (natsUrl: string | null) =>
  natsMicroserviceOptions({ natsUrl, url: 'https://aws.example.com' })?.options;

describe('natsMicroserviceOptions', () => {
  it('is null where no NATS server is configured', () => {
    expect(of(null)).toBeUndefined();
  });

  it('never gives up, never shares messages with another replica, and notices a frozen server', () => {
    expect(of('nats://nats.example.com:4222')).toMatchObject({
      maxReconnectAttempts: -1,
      waitOnFirstConnect: true,
      pingInterval: 2000,
      maxPingOut: 2,
    });
    expect(of('nats://nats.example.com:4222')).not.toHaveProperty('queue');
  });
});
