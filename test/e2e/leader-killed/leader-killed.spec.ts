import { SUBJECTS } from '#libs/contract';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { decodeJwt } from 'jose';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adminApi } from '../../../scripts/toolchain/admin-api.mjs';
import type { PlaneProcess } from '../../../scripts/toolchain/plane-process.mjs';
import { crash, startAgain } from '../../support/crash.js';
import { EchoScenario } from '../../support/echo-scenario.js';
import { eventually } from '../../support/eventually.js';
import { isUniform, untilFleet } from '../../support/fleet.js';

const REACHED_WITHIN_MS = 5000;
/** Less than the 35 s after which a poll that hangs is given up by itself. */
const NOTICED_WITHIN_MS = 20_000;

let scenario: EchoScenario;
let database: Client;
let nats: NatsConnection;
const published: number[] = [];

beforeAll(async () => {
  scenario = await EchoScenario.start({ controls: 2 });
  const { federation } = scenario;
  database = new Client({ connectionString: federation.databaseUrl });
  await database.connect();
  nats = await connect({ servers: [new URL(federation.nats?.url ?? '').host] });
  nats.subscribe(SUBJECTS.head, {
    callback: (_, message) => void published.push(revisionOf(message.json<{ data: string }>().data)),
  });
  await nats.flush();
});
afterAll(async () => {
  await nats?.close();
  await database?.end();
  await scenario?.stop();
});

const revisionOf = (jws: string): number => Number(decodeJwt(jws)['revision']);

/** Sessions that hold the lock that picks the leader. */
async function leaderSessions(): Promise<number[]> {
  const { rows } = await database.query<{ pid: number }>(
    `SELECT a.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE l.locktype = 'advisory' AND l.granted AND a.application_name = 'causeway-leader'
        AND a.datname = current_database()`,
  );
  return rows.map(({ pid }) => pid);
}

const count = (text: string, part: string): number => text.split(part).length - 1;

function leader(controls: PlaneProcess[]): PlaneProcess {
  const leading = controls.filter(({ child }) => {
    const log = child.output();
    return count(log, 'This replica leads now') > count(log, 'This replica no longer leads');
  });
  expect(leading).toHaveLength(1);
  return leading[0] as PlaneProcess;
}

it('a change arrives even if the control replica that publishes hangs, and with it the polls that it holds open', async () => {
  const { federation } = scenario;
  await federation.registrar.user('fresh-polls@example.com');
  await untilFleet(federation.api, isUniform);
  const frozen = leader(federation.controls);
  const other = federation.controls.find((control) => control !== frozen) as PlaneProcess;
  frozen.child.kill('SIGSTOP');
  try {
    const api = adminApi(other.url, federation.adminToken);
    const user = await api.post('/users', { name: 'while-frozen@example.com', displayName: 'x' });
    const { revision } = await untilFleet(api, isUniform, NOTICED_WITHIN_MS);
    expect(revision).toBe(user.revision);
  } finally {
    frozen.child.kill('SIGCONT');
  }
});

it('the next change reaches all gateways within 5 s after the control replica that publishes was killed', async () => {
  const { federation } = scenario;
  const sessions = await leaderSessions();
  expect(sessions).toHaveLength(1);
  const killed = leader(federation.controls);
  await crash(killed);

  const name = 'after-the-crash@example.com';
  const user = await eventually(() => federation.api.post('/users', { name, displayName: name }));
  await untilFleet(federation.api, isUniform, REACHED_WITHIN_MS);
  await eventually(() => expect(Math.max(...published)).toBeGreaterThanOrEqual(user.revision));
  expect(await leaderSessions()).not.toEqual(sessions);
  await startAgain(killed);
});
