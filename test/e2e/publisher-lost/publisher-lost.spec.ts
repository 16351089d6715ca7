import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SUBJECTS } from '#libs/contract';
import { eventually } from '../../support/eventually.js';
import { Federation } from '../../support/federation.js';

const WITHIN_MS = 5000;

let federation: Federation;
let nats: NatsConnection;
/** Revisions of the heads that were published over NATS, in their order. */
const published: number[] = [];
beforeAll(async () => {
  federation = await Federation.start({ controls: 2, gateways: { aws: 1 } });
  nats = await connect({ servers: federation.nats?.url ?? '' });
  federation.onStop(() => nats.close());
  nats.subscribe(SUBJECTS.head, {
    callback: (_, message) => {
      // The JWS is inside of the envelope that the transport wraps around it.
      const payload = String(/eyJ[\w-]+\.([\w-]+)\./.exec(message.string())?.[1]);
      const { revision } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { revision: number };
      published.push(revision);
    },
  });
  await nats.flush();
});
afterAll(() => federation?.stop());

// One of the two holds the lock, and the other one takes it over: killing both in turn kills the holder at least once.
it.each([0, 1])(
  'after control replica %i is killed, the next change is published and reaches the gateways',
  async (victim) => {
    await federation.registrar.untilInSync();
    const control = federation.controls[victim];
    control?.child.kill('SIGKILL');
    await control?.child.exited;
    const { revision } = await eventually(() =>
      federation.api.post('/users', {
        name: `after-${victim}@example.com`,
        displayName: '',
        groups: [],
        roles: [],
      }),
    );
    await eventually(() => expect(published.at(-1)).toBeGreaterThanOrEqual(revision), WITHIN_MS);
    await federation.registrar.untilInSync(WITHIN_MS);
    await control?.start();
    await control?.ready();
  },
);
