import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEverythingServer } from '../../support/everything-server.js';
import { endpoint, sdk1, sdk2 } from '../../support/mcp-clients.js';
import { startModernServer, type ModernServer } from '../../support/modern-server.js';
import { RelayRig, type RigUser } from './relay-rig.js';

describe('real MCP clients', () => {
  let rig: RelayRig;
  let alice: RigUser;
  let modern: ModernServer;
  let everything: Awaited<ReturnType<typeof startEverythingServer>>;

  beforeAll(async () => {
    everything = await startEverythingServer(mkdtempSync(join(tmpdir(), 'causeway-everything-')));
    modern = await startModernServer();
    rig = await RelayRig.start('aws', 'azure');
    rig.server('everything', 'azure', everything.url);
    rig.server('modern', 'azure', modern.url);
    alice = rig.user('alice');
    rig.policy('all', {});
  });
  afterAll(async () => {
    await rig?.stop();
    await modern?.close();
    await everything?.child.stop();
  });

  it.each(['aws', 'azure'])('a legacy client calls a tool of server-everything through %s', async (at) => {
    const { client, connect } = sdk1(endpoint(rig.gateway(at).url, 'everything'), alice.token);
    await connect();
    const { tools } = await client.listTools();
    expect(tools.map((tool) => tool.name)).toContain('echo');
    const result = await client.callTool({ name: 'echo', arguments: { message: 'hello' } });
    expect(result.content).toEqual([{ type: 'text', text: 'Echo: hello' }]);
    await client.close();
  });

  it.each(['legacy', 'auto'] as const)(
    'a client of line 2 in mode %s calls a modern server',
    async (mode) => {
      const url = endpoint(rig.gateway('aws').url, 'modern');
      const { client, connect } = sdk2(url, alice.token, mode);
      await connect();
      const result = await client.callTool({ name: 'echo', arguments: { message: 'hello' } });
      expect(result.content).toEqual([{ type: 'text', text: 'hello' }]);
      await client.close();
    },
  );
});
