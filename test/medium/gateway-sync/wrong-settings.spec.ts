import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { GatewaySettings } from '../../../apps/federation/src/settings/settings.js';
import { eventually } from '../../support/eventually.js';
import { freshDatabase } from '../../support/postgres.js';
import { ControlPlane } from './control-plane.js';
import { GatewaySync, settingsOf } from './gateway-sync.js';

let directory: string;
let plane: ControlPlane;
let joinToken: string;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'causeway-settings-'));
  plane = await ControlPlane.start(await freshDatabase());
  joinToken = await plane.gateway('aws');
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});
afterAll(async () => {
  await plane.stop();
  await rm(directory, { recursive: true, force: true });
});

async function replica(settings: GatewaySettings): Promise<GatewaySync> {
  const sync = await GatewaySync.start(settings);
  ends.push(() => sync.stop());
  return sync;
}

/** An HTTP server that is no control plane. @returns its URL. */
async function otherServer(): Promise<string> {
  const server = createServer((_, response) => response.writeHead(404).end('Not\nhere'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(async () => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a gateway that the control plane does not enrol', () => {
  it('names the setting to correct when the control plane refuses the URL or the join token', async () => {
    const wrongUrl = await replica(
      settingsOf('other', { controlPlaneUrl: plane.url, dataDir: join(directory, 'a'), joinToken }),
    );
    await eventually(() => expect(wrongUrl.failed?.message).toMatch(/GATEWAY_URL.*other/));
    const wrongToken = await replica(
      settingsOf('aws', {
        controlPlaneUrl: plane.url,
        dataDir: join(directory, 'b'),
        joinToken: `${joinToken.slice(0, -1)}x`,
      }),
    );
    await eventually(() => expect(wrongToken.failed?.message).toMatch(/JOIN_TOKEN: seen \(secret\)/));
    const none = settingsOf('aws', { controlPlaneUrl: plane.url, dataDir: join(directory, 'c') });
    await expect(GatewaySync.start(none)).rejects.toThrow('JOIN_TOKEN');
  });

  it.each([
    ['something else', otherServer, 'answered 404: Not here'],
    [
      'only a path below a control plane',
      () => Promise.resolve(`${plane.url}/api`),
      'answered 404: There is no POST /api/internal/v1/enrol',
    ],
  ])('blames CONTROL_PLANE_URL, not the join token, if %s is there', async (_, at, answer) => {
    const controlPlaneUrl = await at();
    const dataDir = join(directory, 'd');
    const sync = await replica(settingsOf('aws', { controlPlaneUrl, dataDir, joinToken }));
    await eventually(() => expect(sync.failed).not.toBeNull());
    expect(sync.failed?.message).toBe(
      `Configuration: CONTROL_PLANE_URL: seen ${controlPlaneUrl}, which ${answer}; allowed: the URL of the control plane`,
    );
  });
});
