import { readFileSync } from 'node:fs';
import type { AuditSpool } from '#libs/audit';
import type { SpooledPart } from '#libs/contract';
import { CHECKSUM_BYTES } from '#libs/storage';
import { endingOf, intend, localPart, refuse } from './audit-parts.js';

export type Intent = ReturnType<AuditSpool['recordIntent']>;

/** An intent that is on disk. */
export async function writtenIntent(spool: AuditSpool, requestId: string): Promise<Intent> {
  const intent = intend(spool, localPart(requestId));
  await intent.written;
  return intent;
}

export const end = (spool: AuditSpool, intent: Intent): void =>
  spool.recordOutcome(intent, endingOf(localPart(intent.requestId)));

/** Records refused requests `q0`, `q1`, … and writes them. */
export function refuseMany(spool: AuditSpool, count: number): void {
  for (let i = 0; i < count; i++) refuse(spool, localPart(`q${i}`));
  spool.flush();
}

/** What the process of this spool has on disk. */
export const linesOf = (spool: AuditSpool): SpooledPart[] =>
  spool
    .segments()
    .flatMap(({ path }) => readFileSync(path, 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line.slice(CHECKSUM_BYTES)) as SpooledPart);

/** As {@link linesOf}, each line as `seq phase requestId`. */
export const told = (spool: AuditSpool): string[] =>
  linesOf(spool).map(({ seq, part }) => `${seq} ${part.phase} ${part.requestId}`);
