/**
 * The load, in a process of its own. The parent sends `{id, action, options}`; the answer is `{id, value}`, or `{id, error}`
 * if any call failed.
 */
import { Calls } from './calls.mjs';
import { IdleStreams, readStreams } from './streams.mjs';

/** @type {Calls | null} */
let calls = null;
const idle = new IdleStreams();

function opened() {
  if (calls === null) throw new Error('no connections were opened');
  return calls;
}

/** @type {Record<string, (options: any) => unknown>} */
const actions = {
  open: async (options) => {
    calls = await Calls.open(options);
  },
  closedLoop: ({ count }) => opened().closedLoop(count),
  openLoop: ({ rate, count }) => opened().openLoop(rate, count),
  close: () => opened().close(),
  readStreams,
  openIdle: ({ count, ...target }) => idle.open(target, count),
  assertIdleOpen: () => idle.assertOpen(),
  closeIdle: () => idle.close(),
};

/** @param {{id: number, action: string, options: object}} message */
async function answer({ id, action, options }) {
  try {
    process.send?.({ id, value: await actions[action]?.(options) });
  } catch (error) {
    process.send?.({ id, error: String(error instanceof Error ? error.message : error) });
  }
}

process.on('message', (/** @type {{id: number, action: string, options: object}} */ message) => {
  void answer(message);
});
process.on('disconnect', () => process.exit());
