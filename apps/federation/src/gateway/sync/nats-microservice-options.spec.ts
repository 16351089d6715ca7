import { describe, expect, it } from 'vitest';
import { natsMicroserviceOptions } from './nats-microservice-options.js';

const of = (natsUrl: string | null) =>
  natsMicroserviceOptions({ natsUrl, url: 'https://aws.example.com' })?.options;

describe('natsMicroserviceOptions', () => {
  it('is null where no NATS server is configured', () => {
    expect(of(null)).toBeUndefined();
  });

  it.each([
    ['nats://u%40x:p%3Aw@nats.example.com:4222', { user: 'u@x', pass: 'p:w' }],
    ['nats://t0ken@nats.example.com:4222', { token: 't0ken' }],
    ['tls://nats.example.com:4222', { tls: {} }],
  ])('takes the credentials of %s out of the address', (url, expected) => {
    const options = of(url);
    expect(options).toMatchObject(expected);
    expect(options?.servers).toEqual([`${new URL(url).protocol}//nats.example.com:4222`]);
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
