import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditIntent, AuditSink } from '#libs/audit';
import type { AuditPart } from '#libs/contract';
import { endingOf, intend, localPart, refuse } from '../audit-parts.js';
import { eventually } from '../eventually.js';

/** A sink, and what it has kept so far. */
export interface AuditSinkSetup {
  sink: AuditSink;
  kept(): AuditPart[];
  /** From now on there is no room for intents. */
  fill(): void;
  close(): void;
}

/** An outcome may wait up to 20 ms; the rest is for a busy machine. */
const KEPT_WITHIN_MS = 2000;

const phasesOf = (parts: AuditPart[], requestId: string): string[] =>
  parts.filter((part) => part.requestId === requestId).map(({ phase }) => phase);

/** What every {@link AuditSink} must hold to. */
export function auditSinkContract(name: string, setUp: () => AuditSinkSetup): void {
  describe(`${name} as an AuditSink`, () => {
    let setup: AuditSinkSetup;
    beforeEach(() => {
      setup = setUp();
    });
    afterEach(() => setup.close());

    const start = (requestId: string): AuditIntent => intend(setup.sink, localPart(requestId));
    const finish = (intent: AuditIntent): void =>
      setup.sink.recordOutcome(intent, endingOf(localPart(intent.requestId)));
    /** The phases of the parts of a request, as soon as there are so many. */
    const phasesOnceKept = (requestId: string, count: number): Promise<string[]> =>
      eventually(
        () => {
          const phases = phasesOf(setup.kept(), requestId);
          if (phases.length < count)
            throw new Error(`Of ${requestId} are kept: ${phases.join() || 'nothing'}`);
          return phases;
        },
        KEPT_WITHIN_MS,
        5,
      );

    it('has kept an intent before its request may leave', async () => {
      const intent = start('a');
      expect(intent.requestId).toBe('a');
      await intent.written;
      const [part, ...others] = setup.kept();
      expect(others).toEqual([]);
      expect(part).toMatchObject({
        phase: 'intent',
        requestId: 'a',
        tool: 'get_calendar_events',
        bytesIn: 120,
      });
      expect(part).toMatchObject({ status: 'unknown', totalMs: null, httpStatus: null, bytesOut: 0 });
    });

    it('gives the intents of one turn of the event loop one promise', async () => {
      const [a, b] = [start('a'), start('b')];
      expect(a.written).toBe(b.written);
      await b.written;
      expect(setup.kept().map(({ requestId }) => requestId)).toEqual(['a', 'b']);
      expect(start('c').written).not.toBe(a.written);
    });

    it('keeps an outcome with the facts of its intent', async () => {
      const intent = start('a');
      await intent.written;
      finish(intent);
      expect(await phasesOnceKept('a', 2)).toEqual(['intent', 'outcome']);
      expect(setup.kept().at(-1)).toEqual(localPart('a'));
    });

    it('keeps an outcome behind its intent, even if the request ends before the intent is written', async () => {
      finish(start('a'));
      expect(await phasesOnceKept('a', 2)).toEqual(['intent', 'outcome']);
    });

    it('keeps a refusal, which has no intent', async () => {
      refuse(setup.sink, localPart('a', { status: 'denied', reason: 'access_denied' }));
      expect(await phasesOnceKept('a', 1)).toEqual(['outcome']);
      expect(setup.kept()).toEqual([localPart('a', { status: 'denied', reason: 'access_denied' })]);
    });

    const leave = async (requestId: string): Promise<void> => start(requestId).written;

    it('refuses an intent for which there is no room, at once or when it should be written', async () => {
      setup.fill();
      await expect(leave('a')).rejects.toThrow('audit_unavailable');
      expect(phasesOf(setup.kept(), 'a')).toEqual([]);
    });

    it('keeps the outcome of a request that has left, even if there is no room for the next one', async () => {
      const intent = start('a');
      await intent.written;
      setup.fill();
      const next = leave('b');
      finish(intent);
      await expect(next).rejects.toThrow('audit_unavailable');
      expect(await phasesOnceKept('a', 2)).toEqual(['intent', 'outcome']);
    });

    it('never throws at the end of a request, even if there is no more room', async () => {
      const early = start('early');
      await early.written;
      const late = start('late');
      late.written.catch(() => undefined);
      setup.fill();
      expect(() => finish(early)).not.toThrow();
      expect(() => refuse(setup.sink, localPart('refused'))).not.toThrow();
      await late.written.catch(() => undefined);
      expect(() => finish(late)).not.toThrow();
    });
  });
}
