import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CuttableLink } from '../../support/cuttable-link.js';
import { eventually } from '../../support/eventually.js';
import { freshDatabase } from '../../support/postgres.js';
import { AdminApi } from './admin-api.js';

let link: CuttableLink;
let api: AdminApi;

beforeAll(async () => {
  const url = new URL(await freshDatabase());
  link = await CuttableLink.to(url.hostname, Number(url.port));
  url.port = String(link.port);
  api = await AdminApi.start(url.href);
});
afterAll(async () => {
  await api.close();
  await link.close();
});

async function expectAway(): Promise<void> {
  const started = Date.now();
  for (const answer of await Promise.all([api.get('/gateways'), api.post('/groups', { name: 'lost' })])) {
    expect(answer.status).toBe(503);
    expect(answer.body.type).toBe('urn:causeway:problem:database-away');
    expect(answer.headers.get('retry-after')).not.toBeNull();
  }
  expect(Date.now() - started).toBeLessThan(10_000);
}

const expectServing = () =>
  eventually(async () => {
    expect((await api.get('/gateways')).status).toBe(200);
  });

describe('a database that is away', () => {
  it('makes the admin API answer 503 while connections break, and is used again when it is back', async () => {
    link.cut();
    await expectAway();
    link.restore();
    await expectServing();
    expect((await api.get('/groups/lost')).status).toBe(404);
  });

  it('makes the admin API answer 503 while it is frozen, and is used again when it thaws', async () => {
    link.freeze();
    for (let i = 0; i < 3; i++) await expectAway();
    link.thaw();
    await expectServing();
    expect((await api.get('/groups/lost')).status).toBe(404);
  });

  it('does not change the answer to a caller without credentials', async () => {
    link.cut();
    expect((await api.get('/gateways', { token: null })).status).toBe(401);
    link.restore();
    await expectServing();
  });
});
