import { describe, expect, it } from 'vitest';
import { ConfigurationError, readSettings } from './read-settings.js';
import type { ControlSettings, GatewaySettings } from './settings.js';

const SEED_YAML = `
gateway:
  url: https://aws-gw.example.com/
  controlPlane:
    url: https://control-plane.example.com
    natsUrl: nats://control-plane.example.com:4222
`;

const faultsOf = (environment: Record<string, string>, text?: string): string[] => {
  try {
    readSettings(environment, text === undefined ? null : { path: 'causeway.yaml', text });
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults.map((fault) => fault.key);
    throw error;
  }
  return [];
};

describe('readSettings', () => {
  it("reads a gateway from the seed's YAML form", () => {
    const sut = readSettings(
      { ROLE: 'gateway' },
      { path: 'causeway.yaml', text: SEED_YAML },
    ) as GatewaySettings;
    expect(sut).toMatchObject({
      role: 'gateway',
      url: 'https://aws-gw.example.com',
      controlPlaneUrl: 'https://control-plane.example.com',
      natsUrl: 'nats://control-plane.example.com:4222',
      port: 8080,
      maxStalenessSeconds: 86_400,
    });
  });

  it('lets the environment win over the file', () => {
    const environment = { ROLE: 'gateway', GATEWAY_URL: 'http://other:1' };
    const sut = readSettings(environment, { path: 'causeway.yaml', text: SEED_YAML }) as GatewaySettings;
    expect(sut.url).toBe('http://other:1');
  });

  it('reads a master key in base64 and in hex', () => {
    const bytes = Buffer.alloc(32, 7);
    for (const text of [bytes.toString('base64'), bytes.toString('hex')]) {
      const environment = { ROLE: 'control', DATABASE_URL: 'postgres://x@h/d', CAUSEWAY_MASTER_KEY: text };
      expect((readSettings(environment, null) as ControlSettings).masterKey).toEqual(bytes);
    }
  });

  it.each([
    ['a missing role', {}, ['ROLE']],
    ['a role that does not exist', { ROLE: 'both' }, ['ROLE']],
    ['every missing key at once', { ROLE: 'control' }, ['DATABASE_URL', 'CAUSEWAY_MASTER_KEY']],
    [
      'bad and missing keys together',
      { ROLE: 'gateway', PORT: '99999', GATEWAY_URL: 'aws', JOIN_TOKEN: 'x' },
      ['PORT', 'GATEWAY_URL', 'CONTROL_PLANE_URL', 'JOIN_TOKEN'],
    ],
  ])('refuses %s', (_, environment: Record<string, string>, keys) => {
    expect(faultsOf(environment)).toEqual(keys);
  });

  it('refuses a key of the file that nobody reads, so that a typing error is seen', () => {
    expect(faultsOf({ ROLE: 'gateway' }, `${SEED_YAML}  dataDirectory: /x\n`)).toEqual([
      'gateway.dataDirectory',
    ]);
  });

  it('refuses unreadable YAML', () => {
    expect(faultsOf({ ROLE: 'gateway' }, 'gateway: [')).toEqual(['CONFIG_FILE']);
  });

  it('never prints a secret that it refuses', () => {
    const environment = {
      ROLE: 'control',
      DATABASE_URL: 'mysql://u:hunter2@h',
      CAUSEWAY_MASTER_KEY: 'c2hvcnQ=',
    };
    expect(() => readSettings(environment, null)).toThrow(/seen \(secret\)/);
    expect(() => readSettings(environment, null)).not.toThrow(/hunter2|c2hvcnQ/);
  });
});
