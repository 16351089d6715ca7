import { describe, expect, it } from 'vitest';
import { natsOptions } from './nats-options.js';

describe('natsOptions', () => {
  it.each<[string, string, object]>([
    ['a plain URL', 'nats://nats:4222', { servers: ['nats:4222'] }],
    ['a user and password', 'nats://u:p%40ss@nats', { servers: ['nats'], user: 'u', pass: 'p@ss' }],
    ['a token', 'nats://t0ken@nats:1', { servers: ['nats:1'], token: 't0ken' }],
    ['TLS', 'tls://nats:4222', { servers: ['nats:4222'], tls: {} }],
  ])('reads %s', (_, url, expected) => {
    expect(natsOptions(url, 'name')).toMatchObject(expected);
  });

  it('keeps credentials out of the server address', () => {
    expect(JSON.stringify(natsOptions('nats://u:hunter2@nats:4222', 'name').servers)).not.toContain(
      'hunter2',
    );
  });

  it('reconnects for ever and notices a server that hangs', () => {
    const options = natsOptions('nats://nats:4222', 'name');
    expect(options).toMatchObject({ maxReconnectAttempts: -1, waitOnFirstConnect: true });
    expect((options.pingInterval ?? Infinity) * (options.maxPingOut ?? Infinity)).toBeLessThanOrEqual(5000);
  });
});
