import type { AuditIntent, AuditSink } from '#libs/audit';
import { GatewayError, type AuditEnding, type AuditFacts, type AuditPart } from '#libs/contract';

interface IntentOfTest extends AuditIntent {
  readonly facts: AuditFacts;
}

/** Collects audit parts in memory. As the spool does, it writes the intents of one turn together at its end. */
export class AuditSinkOfTest implements AuditSink {
  private gathered: AuditPart[] = [];
  private written: Promise<void> | null = null;

  /** @param state While `full`, intents are refused. */
  constructor(
    private readonly parts: AuditPart[],
    private readonly state: { full: boolean },
  ) {}

  recordIntent(facts: AuditFacts, bytesIn: number): IntentOfTest {
    this.gathered.push({ phase: 'intent', ...facts, ...notEnded(bytesIn) });
    this.written ??= this.writeAtEndOfTurn();
    // Whoever asked for an intent may have gone away by the end of the turn.
    this.written.catch(() => undefined);
    return { requestId: facts.requestId, written: this.written, facts };
  }

  recordOutcome({ facts }: IntentOfTest, ending: AuditEnding): void {
    this.recordRefusal(facts, ending);
  }

  recordRefusal(facts: AuditFacts, ending: AuditEnding): void {
    const parts = this.written === null ? this.parts : this.gathered;
    parts.push({ phase: 'outcome', ...facts, ...ending });
  }

  private async writeAtEndOfTurn(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    const { full } = this.state;
    this.parts.push(...this.gathered.filter(({ phase }) => phase === 'outcome' || !full));
    this.gathered = [];
    this.written = null;
    if (full) throw new GatewayError('audit_unavailable');
  }
}

const notEnded = (bytesIn: number): AuditEnding => ({
  status: 'unknown',
  reason: null,
  hop: null,
  httpStatus: null,
  totalMs: null,
  nextHopMs: null,
  bytesIn,
  bytesOut: 0,
});
