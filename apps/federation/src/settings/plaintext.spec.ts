import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { plaintextWarning } from './plaintext.js';
import { readSettings } from './read-settings.js';
import { SettingsError } from './settings.error.js';

const GATEWAY = { ROLE: 'gateway', GATEWAY_URL: 'https://aws.example.com' };
const CONTROL = {
  ROLE: 'control',
  DATABASE_URL: 'postgres://a:b@c/d',
  CAUSEWAY_MASTER_KEY: Buffer.alloc(32).toString('base64'),
};

type Environment = Record<string, string>;

function faultsOf(environment: Environment): unknown[] {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    return (error as SettingsError).faults.map(({ key, seen }) => [key, seen]);
  }
}

const ownAddress = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

describe('traffic without TLS to another host', () => {
  it.each<[Environment, unknown[]]>([
    [
      { ...GATEWAY, CONTROL_PLANE_URL: 'http://control.example.com' },
      [['CONTROL_PLANE_URL', 'http://control.example.com']],
    ],
    [
      { ...GATEWAY, CONTROL_PLANE_URL: 'http://10.0.0.7:8080' },
      [['CONTROL_PLANE_URL', 'http://10.0.0.7:8080']],
    ],
    [
      { ...CONTROL, NATS_URL: 'nats://user:hunter2@nats.example.com:4222' },
      [['NATS_URL', 'nats://nats.example.com:4222']],
    ],
    [
      { ...GATEWAY, CONTROL_PLANE_URL: 'http://a.example.com', NATS_URL: 'nats://b.example.com' },
      [
        ['CONTROL_PLANE_URL', 'http://a.example.com'],
        ['NATS_URL', 'nats://b.example.com'],
      ],
    ],
    [{ ...GATEWAY, CONTROL_PLANE_URL: 'http://localhost.example.com' }, [expect.anything()]],
    [{ ...GATEWAY, CONTROL_PLANE_URL: 'http://127.0.0.1.example.com' }, [expect.anything()]],
  ])('is refused: %j', (environment, faults) => {
    expect(faultsOf(environment)).toEqual(faults);
    expect(faultsOf({ ...environment, ALLOW_PLAINTEXT: 'false' })).toEqual(faults);
    expect(faultsOf({ ...environment, ALLOW_PLAINTEXT: 'true' })).toEqual([]);
  });

  it.each<[Environment]>([
    [{ ...GATEWAY, CONTROL_PLANE_URL: 'https://control.example.com', NATS_URL: 'tls://nats.example.com' }],
    [{ ...GATEWAY, CONTROL_PLANE_URL: 'http://localhost:8080', NATS_URL: 'nats://127.0.0.1' }],
    [{ ...GATEWAY, CONTROL_PLANE_URL: 'http://[::1]:8080', NATS_URL: 'nats://127.9.9.9:4222' }],
    [{ ...CONTROL, NATS_URL: 'nats://localhost:4222' }],
    [{ ...GATEWAY, CONTROL_PLANE_URL: `http://${ownAddress ?? '127.0.0.1'}:8080` }],
  ])('is not what this is: %j', (environment) => expect(faultsOf(environment)).toEqual([]));

  it('is warned of at every start where it is allowed, without the credentials', () => {
    const settings = readSettings({
      ...CONTROL,
      NATS_URL: 'nats://user:hunter2@nats.example.com',
      ALLOW_PLAINTEXT: 'true',
    });
    expect(plaintextWarning(settings)).toBe(
      'ALLOW_PLAINTEXT is set: NATS_URL nats://nats.example.com can be read on the way',
    );
    expect(plaintextWarning(readSettings(CONTROL))).toBeNull();
  });
});
