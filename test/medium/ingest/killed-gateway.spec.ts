import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { AuditDelivery, AuditSpool, type OutgoingBatch } from '#libs/audit';
import type { AuditBatch } from '#libs/contract';
import { AuditRecord, prepareDatabase, registryDataSourceOptions } from '#libs/registry';
import { IngestService } from '../../../apps/federation/src/control-plane/replica-api/audit/ingest.service.js';
import { freshDatabase } from '../../support/postgres.js';

const KILLS = 4;
const CALLS_PER_RUN = 150;

let dataSource: DataSource;
let mcpServer: Server;
let directory: string;
const executed = new Set<string>();

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'killed-gateway-'));
  dataSource = await prepareDatabase(
    new DataSource(registryDataSourceOptions(await freshDatabase(), () => undefined)),
  );
  mcpServer = createServer((request, response) => {
    executed.add((request.url ?? '').slice(1));
    response.end('done');
  });
  mcpServer.listen(0, '127.0.0.1');
  await once(mcpServer, 'listening');
});
afterAll(async () => {
  mcpServer.closeAllConnections();
  mcpServer.close();
  await dataSource.destroy();
  rmSync(directory, { recursive: true, force: true });
});

async function runAndKill(run: string): Promise<void> {
  const { port } = mcpServer.address() as AddressInfo;
  const register = new URL('../../support/typescript.register.mjs', import.meta.url).href;
  const script = new URL('gateway.child.ts', import.meta.url).pathname;
  const before = executed.size;
  const child = spawn(
    process.execPath,
    [
      '--conditions=causeway-source',
      '--import',
      register,
      script,
      directory,
      `http://127.0.0.1:${port}`,
      run,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = once(child, 'exit');
  try {
    await vi.waitFor(() => expect(executed.size - before).toBeGreaterThan(CALLS_PER_RUN), {
      timeout: 40_000,
      interval: 2,
    });
  } finally {
    child.kill('SIGKILL');
  }
  const [, signal] = await ended;
  expect(signal).toBe('SIGKILL');
}

const batchOf = (batch: OutgoingBatch): AuditBatch => JSON.parse(batch.body().toString()) as AuditBatch;

it(
  'whatever an MCP server executed has a record, although its gateway is killed with -9 again and again',
  { timeout: 180_000 },
  async () => {
    for (let run = 0; run < KILLS; run++) await runAndKill(`run${run}`);
    const ingest = new IngestService(dataSource);
    const options = { directory, maxBytes: 64 * 1024 * 1024 };
    const spool = new AuditSpool(options);
    const delivery = new AuditDelivery(
      spool,
      { deliver: (batch) => ingest.store('r-1', batchOf(batch)) },
      options,
    );
    delivery.onApplicationBootstrap();
    const last = 'run3-0';
    await vi.waitFor(() => expect(delivery.pendingBoots).toBe(0), { timeout: 60_000, interval: 50 });
    await delivery.beforeApplicationShutdown();

    const rows = await dataSource.getRepository(AuditRecord).find({ select: { id: true, status: true } });
    const status = new Map(rows.map((row) => [row.id, row.status]));
    expect([...executed].filter((id) => !status.has(id))).toEqual([]);
    expect(status.get(last)).toBe('success');
    const unknown = [...status].filter(([, value]) => value === 'unknown').map(([id]) => id);
    expect(unknown.length).toBeLessThanOrEqual(KILLS * 16);
    expect(new Set(status.values())).toEqual(new Set(['success', 'unknown']));
  },
);
