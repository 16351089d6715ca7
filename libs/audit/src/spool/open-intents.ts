import type { AuditPart } from '#libs/contract';

interface OpenIntent {
  part: AuditPart;
  /** `firstSeq` of the segment that holds the intent's newest copy. */
  segment: number;
}

/** Intents without an outcome: as many as requests are in flight. */
export class OpenIntents {
  private readonly byRequest = new Map<string, OpenIntent>();

  get size(): number {
    return this.byRequest.size;
  }

  open(part: AuditPart, segment: number): void {
    this.byRequest.set(keyOf(part), { part, segment });
  }

  isOpen(part: AuditPart): boolean {
    return this.byRequest.has(keyOf(part));
  }

  close(part: AuditPart): void {
    this.byRequest.delete(keyOf(part));
  }

  /** Intents whose newest copy is in that segment. */
  heldBy(segment: number): AuditPart[] {
    return [...this.byRequest.values()].filter((intent) => intent.segment === segment).map((i) => i.part);
  }

  all(): AuditPart[] {
    return [...this.byRequest.values()].map((intent) => intent.part);
  }
}

const keyOf = (part: AuditPart): string => `${part.requestId} ${part.role}`;
