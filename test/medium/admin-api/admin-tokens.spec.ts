import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../support/postgres.js';
import { ADMIN_TOKEN } from '../../support/settings.js';
import { AdminApi } from './admin-api.js';

describe('admin tokens', () => {
  let api: AdminApi;
  beforeAll(async () => {
    api = await AdminApi.start();
    await api.post('/users', { name: 'carol', roles: ['admin'] });
  });
  afterAll(() => api.close());

  it("an administrator's access token for agents does not open the admin API", async () => {
    const { token } = (await api.post('/tokens', { user: 'carol' })).body;
    const answer = await api.get('/config', { token });
    expect(answer.status).toBe(401);
    expect(answer.body.detail).toContain('cwa_');
    expect((await api.post('/users', { name: 'x' }, { token })).status).toBe(401);
  });

  it('an admin token is no part of the configuration that gateways get', async () => {
    const issued = (await api.post('/admin-tokens', { user: 'carol', name: 'terraform' })).body;
    const stored = await api.app.get(DataSource).query(`SELECT kind, body FROM config_entity`);
    expect(JSON.stringify(stored)).not.toContain(issued.id);
    expect(stored.map(({ kind }: { kind: string }) => kind)).not.toContain('admin-token');
  });

  it('are shown once, listed with their last use, and refused as soon as they are revoked', async () => {
    const created = await api.post('/admin-tokens', { user: 'carol', name: 'laptop' });
    const { id, token } = created.body;
    expect(token).toMatch(/^cwa_/);
    expect(created.headers.get('location')).toBe(`/api/v1/admin-tokens/${id}`);
    expect((await api.get(`/admin-tokens/${id}`)).body).toMatchObject({ name: 'laptop', lastUsedAt: null });
    expect((await api.get('/config', { token })).status).toBe(200);
    const listed = (await api.get('/admin-tokens?user=carol')).body;
    const shown = listed.items.find((item: { id: string }) => item.id === id);
    expect(shown).toMatchObject({ user: 'carol', expiresAt: null, lastUsedAt: expect.any(String) });
    expect(JSON.stringify([listed, (await api.get('/audit?kind=admin')).body])).not.toContain(token);
    expect((await api.delete(`/admin-tokens/${id}`)).status).toBe(200);
    expect((await api.get('/config', { token })).status).toBe(401);
    expect((await api.get(`/admin-tokens/${id}`)).status).toBe(404);
    expect((await api.delete(`/admin-tokens/${id}`)).status).toBe(404);
  });

  it('a revoked one stays refused when its row comes back with a restored backup', async () => {
    const { id, token } = (await api.post('/admin-tokens', { user: 'carol' })).body;
    await api.delete(`/admin-tokens/${id}`);
    await api.app.get(DataSource).query('UPDATE admin_token SET revoked_at = NULL WHERE id = $1', [id]);
    expect((await api.get('/config', { token })).status).toBe(401);
  });

  it('end with their expiry', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const { id, token } = (await api.post('/admin-tokens', { user: 'carol', expiresAt })).body;
    expect((await api.get('/config', { token })).status).toBe(200);
    const past = 'UPDATE admin_token SET expires_at = now() WHERE id = $1';
    await api.app.get(DataSource).query(past, [id]);
    expect((await api.get('/config', { token })).body.detail).toBe('The token has expired');
  });

  it.each([
    ['an unknown user', { user: 'nobody' }, 'user'],
    ['an expiry in the past', { user: 'carol', expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
  ])('are not issued for %s', async (_, body, field) => {
    const answer = await api.post('/admin-tokens', body);
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
  });
});

const SECOND = 'second-bootstrap-token-of-the-tests';

describe('the bootstrap token', () => {
  let database: string;
  let api: AdminApi;

  beforeEach(async () => {
    database = await freshDatabase();
    api = await AdminApi.start(database);
  });
  afterEach(() => api.close());

  /** Starts the control plane again with another token in the settings. */
  const restart = async (bootstrapAdminToken: string | null): Promise<void> => {
    await api.close();
    api = await AdminApi.start(database, { bootstrapAdminToken, logLevel: 'warn' });
  };
  const accepted = async (token: string): Promise<boolean> =>
    (await api.get('/config', { token })).status === 200;

  it('is listed with a name, an expiry and its last use, but not its text', async () => {
    await api.get('/config');
    const { items } = (await api.get('/admin-tokens')).body;
    expect(items).toEqual([
      {
        id: expect.stringMatching(/^adm_/),
        user: 'admin',
        name: 'bootstrap',
        expiresAt: expect.any(String),
        lastUsedAt: expect.any(String),
        createdAt: expect.any(String),
      },
    ]);
    const days = (Date.parse(items[0].expiresAt) - Date.parse(items[0].createdAt)) / 86_400_000;
    expect(days).toBe(30);
  });

  it('is replaced for good by another one in the settings', async () => {
    await restart(SECOND);
    expect([await accepted(ADMIN_TOKEN), await accepted(SECOND)]).toEqual([false, true]);
    await restart(ADMIN_TOKEN);
    expect([await accepted(ADMIN_TOKEN), await accepted(SECOND)]).toEqual([false, true]);
    const { items } = (await api.get('/admin-tokens', { token: SECOND })).body;
    expect(items).toHaveLength(1);
  });

  it('says in the log why one that is set again is not accepted', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn');
    await restart(SECOND);
    await restart(ADMIN_TOKEN);
    const said = warn.mock.calls.map(([line]) => String(line)).filter((line) => line.includes('BOOTSTRAP'));
    warn.mockRestore();
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/was replaced or revoked at \d{4}-/);
    expect(said[0]).not.toContain(ADMIN_TOKEN);
  });

  it('stays revoked once it was revoked, whatever the settings still say', async () => {
    const { items } = (await api.get('/admin-tokens')).body;
    await api.post('/users', { name: 'carol', roles: ['admin'] });
    const { token } = (await api.post('/admin-tokens', { user: 'carol' })).body;
    await api.delete(`/admin-tokens/${items[0].id}`);
    expect(await accepted(ADMIN_TOKEN)).toBe(false);
    await restart(ADMIN_TOKEN);
    expect([await accepted(ADMIN_TOKEN), await accepted(token)]).toEqual([false, true]);
    await restart(null);
    expect((await api.get('/admin-tokens', { token })).body.items).toHaveLength(1);
  });

  it('replacements are audited', async () => {
    await restart(SECOND);
    const { items } = (await api.get('/audit?kind=admin&user=system', { token: SECOND })).body;
    const replaced = items.find((item: { action: string }) => item.action === 'admin-token.bootstrap');
    expect(replaced).toMatchObject({ before: { id: expect.any(String) }, after: { id: expect.any(String) } });
  });
});
