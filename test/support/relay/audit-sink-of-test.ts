import type { AuditIntent, AuditSink } from '#libs/audit';
import { GatewayFault, type AuditEnding, type AuditFacts, type AuditPart } from '#libs/contract';

interface IntentOfTest extends AuditIntent {
  readonly facts: AuditFacts;
}

/** Collects audit parts in memory. As the spool does, it writes an intent at the end of the turn. */
export class AuditSinkOfTest implements AuditSink {
  /** @param state While `full`, intents are refused. */
  constructor(
    private readonly parts: AuditPart[],
    private readonly state: { full: boolean },
  ) {}

  recordIntent(facts: AuditFacts, bytesIn: number): IntentOfTest {
    const written = new Promise<void>((resolve, reject) => {
      setImmediate(() => {
        if (this.state.full) return reject(new GatewayFault('audit_unavailable'));
        this.parts.push({ phase: 'intent', ...facts, ...notEnded(bytesIn) });
        resolve();
      });
    });
    return { requestId: facts.requestId, written, facts };
  }

  recordOutcome({ facts }: IntentOfTest, ending: AuditEnding): void {
    this.recordRefusal(facts, ending);
  }

  recordRefusal(facts: AuditFacts, ending: AuditEnding): void {
    this.parts.push({ phase: 'outcome', ...facts, ...ending });
  }
}

const notEnded = (bytesIn: number): AuditEnding => ({
  status: 'unknown',
  reason: null,
  hop: null,
  httpStatus: null,
  totalMs: null,
  downstreamMs: null,
  bytesIn,
  bytesOut: 0,
});
