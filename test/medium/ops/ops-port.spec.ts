import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bootOps, type Ops } from '../../../apps/federation/src/ops/ops.boot.js';
import type { ExtraMetrics, ReadinessReport } from '../../../apps/federation/src/ops/readiness.js';

const ready = (): ReadinessReport => ({ ready: true, reasons: [] });

describe('the ops port', () => {
  let ops: Ops;
  afterEach(() => ops.close());

  const boot = async (
    check: () => ReadinessReport | Promise<ReadinessReport>,
    extra?: ExtraMetrics,
  ): Promise<void> => {
    ops = await bootOps({ opsHost: '127.0.0.1', opsPort: 0, logLevel: 'silent' }, { check }, extra);
  };
  const get = async (path: string): Promise<{ status: number; type: string; text: string }> => {
    const answer = await fetch(`${ops.url}${path}`);
    return {
      status: answer.status,
      type: answer.headers.get('content-type') ?? '',
      text: await answer.text(),
    };
  };

  it('logs which port the system has chosen', async () => {
    const log = vi.spyOn(Logger.prototype, 'log');
    await boot(ready);
    expect(log.mock.calls.flat()).toContain(`Listening on ${ops.url}`);
    expect(new URL(ops.url).port).not.toBe('0');
    log.mockRestore();
  });

  it('is healthy and ready when the role says so', async () => {
    await boot(ready);
    expect(await get('/healthz')).toMatchObject({ status: 200, text: '{"status":"ok"}' });
    expect(await get('/readyz')).toMatchObject({ status: 200, text: '{"ready":true,"reasons":[]}' });
  });

  it('says why it is not ready, and is healthy all the same', async () => {
    await boot(() => ({ ready: false, reasons: ['config_missing'] }));
    expect(await get('/readyz')).toMatchObject({
      status: 503,
      text: '{"ready":false,"reasons":["config_missing"]}',
    });
    expect((await get('/healthz')).status).toBe(200);
  });

  it('is not ready when the check itself fails, and does not show the error', async () => {
    await boot(() => Promise.reject(new Error('postgres://u:hunter2@db')));
    const answer = await get('/readyz');
    expect(answer.status).toBe(503);
    expect(answer.text).not.toContain('hunter2');
  });

  it('is not ready once it drains', async () => {
    await boot(ready);
    ops.drain();
    expect(await get('/readyz')).toMatchObject({
      status: 503,
      text: '{"ready":false,"reasons":["draining"]}',
    });
    expect((await get('/healthz')).status).toBe(200);
  });

  it("serves the process's own metrics and those that were reported to it, also at a second boot", async () => {
    await boot(ready);
    await ops.close();
    await boot(ready, () => 'mcp_requests_total{replica="r-1"} 3\n');
    const answer = await get('/metrics');
    expect(answer.type).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(answer.text).toContain('process_cpu_user_seconds_total');
    expect(answer.text).toContain('mcp_requests_total{replica="r-1"} 3\n');
  });

  it('serves its own metrics when the reported ones are not available', async () => {
    await boot(ready, () => Promise.reject(new Error('database away')));
    const answer = await get('/metrics');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('process_cpu_user_seconds_total');
  });
});
