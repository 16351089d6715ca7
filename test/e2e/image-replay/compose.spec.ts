import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SETTINGS } from '../../../apps/federation/src/settings/settings.js';
import { ROOT } from '../../../scripts/toolchain/paths.mjs';

interface Service {
  image?: string;
  environment?: Record<string, string>;
  networks?: string[];
  volumes?: string[];
  read_only?: boolean;
}

const compose = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
  networks: Record<string, unknown>;
  volumes: Record<string, unknown>;
};
const KEYS = Object.values({ ...SETTINGS.control, ...SETTINGS.gateway }).map((setting) => setting.env);
const services = Object.entries(compose.services);
const ours = services.filter(([, service]) => service.image === 'causeway:local');
const planes = ours.filter(([, service]) => service.environment?.['ROLE'] !== undefined);

describe('docker-compose.yml', () => {
  it('has the control plane, two gateways, PostgreSQL and NATS', () => {
    expect(services.map(([name]) => name)).toEqual(
      expect.arrayContaining(['postgres', 'nats', 'control-plane', 'aws-gateway', 'azure-gateway']),
    );
    expect(planes).toHaveLength(3);
  });

  it.each(planes)('gives %s only settings that exist, and a read-only root', (_, service) => {
    const known = new Set(['ROLE', 'GATEWAY_NAME', ...KEYS]);
    expect(Object.keys(service.environment ?? {}).filter((key) => !known.has(key))).toEqual([]);
    expect(service.read_only).toBe(true);
  });

  it('names only networks, volumes and files that exist', () => {
    const networks = services.flatMap(([, service]) => service.networks ?? []);
    expect(networks.filter((name) => !(name in compose.networks))).toEqual([]);
    const sources = services
      .flatMap(([, service]) => service.volumes ?? [])
      .map((v) => String(v.split(':')[0]));
    const missing = sources.filter((source) =>
      source.startsWith('./') ? !existsSync(join(ROOT, source)) : !(source in compose.volumes),
    );
    expect(missing).toEqual([]);
  });
});
