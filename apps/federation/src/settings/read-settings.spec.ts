import { describe, expect, it } from 'vitest';
import { readSettings } from './read-settings.js';
import { readYaml } from './settings-file.js';
import { SettingsError } from './settings.error.js';
import type { ControlSettings, GatewaySettings } from './settings.js';

const SEED_YAML = `
gateway:
  url: https://aws-gw.example.com/
  controlPlane:
    url: https://control-plane.example.com
    natsUrl: nats://control-plane.example.com:4222
`;

/** Its NATS server is on another host, and is reached without TLS. */
const SEED_ENVIRONMENT = { ALLOW_PLAINTEXT: 'true' };

const yaml = (text: string) => readYaml({ path: 'causeway.yaml', text });

const faultsOf = (environment: Record<string, string>, text?: string): string[] => {
  try {
    readSettings(environment, text === undefined ? undefined : yaml(text));
  } catch (error) {
    if (error instanceof SettingsError) return error.faults.map((fault) => fault.key);
    throw error;
  }
  return [];
};

/** The lines in which the refusal is reported. */
function messageOf(environment: Record<string, string>, text?: string): string[] {
  try {
    readSettings(environment, text === undefined ? undefined : yaml(text));
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  return [];
}

describe('readSettings', () => {
  it("reads a gateway from the seed's YAML form, whose section says the role", () => {
    const sut = readSettings(SEED_ENVIRONMENT, yaml(SEED_YAML)) as GatewaySettings;
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
    const environment = { ...SEED_ENVIRONMENT, GATEWAY_URL: 'http://other:1' };
    const sut = readSettings(environment, yaml(SEED_YAML)) as GatewaySettings;
    expect(sut.url).toBe('http://other:1');
  });

  it("reads the control plane's NATS server from its own section", () => {
    const file = yaml('control:\n  databaseUrl: postgres://x@h/d\n  natsUrl: tls://h:4222\n');
    const environment = { CAUSEWAY_MASTER_KEY: '7'.repeat(64) };
    expect(readSettings(environment, file)).toMatchObject({ role: 'control', natsUrl: 'tls://h:4222' });
  });

  it.each([
    ['by a variable', { ROLE: 'control' }, SEED_YAML],
    ['by a key of the file', {}, `role: control\n${SEED_YAML}`],
    ['by another section', {}, `${SEED_YAML}control:\n  databaseUrl: postgres://x@h/d\n`],
  ])('refuses a section "gateway:" that is contradicted %s', (_, environment, text) => {
    const [fault] = messageOf(environment, text);
    expect(fault).toBe(
      'Configuration: ROLE: seen control, and the section "gateway:" in the YAML file; ' +
        'allowed: the sections of one role. Give each process a file of its own',
    );
  });

  it.each([
    ['gateway:\n  dataDri: /x\n', 'gateway.dataDir'],
    ['gatway:\n  controlPlane:\n    url: http://c\n', 'gateway.controlPlane.url'],
    ['gatway:\n  url: http://a\n', 'gateway.url'],
    ['gateway:\n  controlPlane:\n    natsURL: nats://h\n', 'gateway.controlPlane.natsUrl'],
    ['dataDir: /x\n', 'gateway.dataDir'],
    ['gateway:\n  port: 80\n', 'port'],
  ])('suggests for a key of the file that does not exist the one that was meant: %j', (text, meant) => {
    const [fault] = messageOf({ ROLE: 'gateway' }, text);
    expect(fault).toContain(`seen a key in the YAML file; allowed: the keys that Causeway has. `);
    expect(fault).toContain(`Did you mean ${meant}?`);
  });

  it('names the variable that is set in place of a missing one', () => {
    const lines = messageOf({ ROLE: 'gateway', GATEWAY_ULR: 'http://a', CONTROL_PLANE_URL: 'http://c' });
    expect(lines).toEqual([
      'Configuration: GATEWAY_URL: seen (not set), but GATEWAY_ULR is; allowed: an http or https URL',
    ]);
  });

  it('reads a master key in base64 and in hex', () => {
    const bytes = Buffer.alloc(32, 7);
    for (const text of [bytes.toString('base64'), bytes.toString('hex')]) {
      const environment = { ROLE: 'control', DATABASE_URL: 'postgres://x@h/d', CAUSEWAY_MASTER_KEY: text };
      expect((readSettings(environment) as ControlSettings).masterKey).toEqual(bytes);
    }
  });

  it.each([
    ['a missing role', {}, ['ROLE']],
    ['a role that does not exist', { ROLE: 'both' }, ['ROLE']],
    [
      'other bad values beside a role that does not exist',
      { ROLE: 'foo', PORT: 'abc', DATABASE_URL: 'mysql://h', LOG_LEVEL: 'info' },
      ['ROLE', 'PORT', 'DATABASE_URL'],
    ],
    ['every missing key at once', { ROLE: 'control' }, ['DATABASE_URL', 'CAUSEWAY_MASTER_KEY']],
    [
      'bad and missing keys together',
      { ROLE: 'gateway', PORT: '99999', GATEWAY_URL: 'aws', JOIN_TOKEN: 'x' },
      ['PORT', 'GATEWAY_URL', 'CONTROL_PLANE_URL', 'JOIN_TOKEN'],
    ],
  ])('refuses %s', (_, environment: Record<string, string>, keys) => {
    expect(faultsOf(environment)).toEqual(keys);
  });

  it('refuses a key in the file that does not exist, so that a typing error is noticed', () => {
    expect(faultsOf({ ROLE: 'gateway' }, `${SEED_YAML}  dataDirectory: /x\n`)).toEqual([
      'gateway.dataDirectory',
    ]);
  });

  it.each([
    ['unreadable YAML', 'gateway: [', ['CONFIG_FILE']],
    ['a list instead of keys', '- gateway', ['CONFIG_FILE']],
    ['a text instead of keys', 'gateway', ['CONFIG_FILE']],
    ['a mistyped section without content', `${SEED_YAML}gatway:\nops:\n`, ['gatway']],
    ['a mistyped key without content', `${SEED_YAML}  dataDirectory:\n`, ['gateway.dataDirectory']],
    ['a list where one value belongs', `${SEED_YAML}port: [80, 81]\nhost: [a, b]\n`, ['HOST', 'PORT']],
    ['a value where a section belongs', `${SEED_YAML}ops: 9090\n`, ['ops']],
  ])('refuses %s', (_, text, keys) => {
    expect(faultsOf({ ROLE: 'gateway' }, text)).toEqual(keys);
  });

  it.each(['allowedHosts: [a.example.com, "b:8443"]', 'allowedHosts: a.example.com,b:8443'])(
    'takes a list in the form of YAML and in that of the environment: %s',
    (line) => {
      const sut = readSettings(SEED_ENVIRONMENT, yaml(`${SEED_YAML}  ${line}\n`)) as GatewaySettings;
      expect(sut.allowedHosts).toEqual(['a.example.com', 'b:8443']);
    },
  );

  it('treats an empty file as no file', () => {
    expect(faultsOf({ ROLE: 'gateway' }, '# nothing\n')).toEqual(['GATEWAY_URL', 'CONTROL_PLANE_URL']);
  });

  it('never prints a secret, even one that it refuses', () => {
    const environment = {
      ROLE: 'control',
      DATABASE_URL: 'mysql://u:hunter2@h',
      CAUSEWAY_MASTER_KEY: 'c2hvcnQ=',
    };
    expect(() => readSettings(environment)).toThrow(/seen \(secret\)/);
    expect(() => readSettings(environment)).not.toThrow(/hunter2|c2hvcnQ/);
  });
});
