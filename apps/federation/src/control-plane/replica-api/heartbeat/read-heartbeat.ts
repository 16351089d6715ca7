import { HEARTBEAT, type Heartbeat, type RejectedChange } from '#libs/contract';
import { readMessage } from '../read-message.js';

const MAX_DETAIL = 1000;

/** @throws ProblemError `validation`. */
export function readHeartbeat(body: unknown): Heartbeat {
  const heartbeat = readMessage(HEARTBEAT, body);
  return { ...heartbeat, rejected: heartbeat.rejected && bounded(heartbeat.rejected) };
}

/** The fields that the fleet view shows, cut to a size that it can show. */
function bounded({ revision, reason, detail, at }: RejectedChange): RejectedChange {
  const printable = detail.toWellFormed().replaceAll('\0', '');
  return { revision, reason, detail: printable.slice(0, MAX_DETAIL), at };
}
