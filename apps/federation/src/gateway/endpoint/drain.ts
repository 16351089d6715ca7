import { Injectable } from '@nestjs/common';
import { GatewayError, Members } from '#libs/contract';
import type { Passage } from '#libs/request';
import { Forwarding } from '#libs/routing';
import type { AgentHttpResponse } from './agent-connection.js';
import { FaultResponder } from './faults/fault-responder.js';

/** Requests that are being served, and whether this process is about to end. */
@Injectable()
export class Drain {
  private draining = false;
  private readonly open = new Members<Passage>();
  private idle: () => void = () => undefined;

  /** True: connections are not kept alive any more, so that clients move on to another replica. */
  get isDraining(): boolean {
    return this.draining;
  }

  begin(): void {
    this.draining = true;
  }

  /** Requests whose responses have not closed. */
  get inFlight(): Passage[] {
    return this.open.all();
  }

  entered(passage: Passage): void {
    this.open.add(passage);
  }

  left(passage: Passage): void {
    this.open.delete(passage);
    if (this.open.size === 0) this.idle();
  }

  /**
   * Resolves when no request is served any more.
   * @param timeoutMs Longest wait in milliseconds.
   */
  async whenIdle(timeoutMs: number): Promise<void> {
    if (this.open.size === 0 || timeoutMs <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.idle = (): void => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Ends what is still in flight when a drain may take no longer, so that agents and audit hear that it was this gateway. */
@Injectable()
export class DrainEnd {
  constructor(
    private readonly drain: Drain,
    private readonly forwarding: Forwarding,
    private readonly faults: FaultResponder,
  ) {}

  /** @returns True if there was something to end. */
  interruptAll(): boolean {
    const { inFlight } = this.drain;
    for (const passage of inFlight) if (passage.place >= 0) this.interrupt(passage);
    return inFlight.length > 0;
  }

  private interrupt(passage: Passage): void {
    const { log } = passage;
    const fault = new GatewayError(log.forwardedAt === null ? 'draining' : 'drain_interrupted');
    if (!this.forwarding.interrupt(passage, fault)) this.respond(passage, fault);
    // Of an answer that is whole here, the reader has not taken all, and will not.
    if (!log.result.answered) log.fault ??= fault;
  }

  private respond({ response }: Passage, fault: GatewayError): void {
    // All passages of the drain are from the endpoint's own server.
    const own = response as AgentHttpResponse;
    this.faults.respond(own.req, own, fault);
  }
}
