import { GatewayError, type Member } from '#libs/contract';
import type { AgentResponse } from './agent-response.js';
import type { McpRequest } from './mcp-request.js';
import type { RequestLog } from './request-log.js';

/** Names the value that one stage leaves for the next; a stage's type is all that the next may rely on. */
export interface StageKey<T> {
  readonly stage: string;
  /** Place of the value in a passage. */
  readonly index: number;
  /** Never set: it ties the key to the type of its value. */
  readonly type?: T;
}

let stages = 0;

/** A key for the values of one more stage. */
export const stageKey = <T>(stage: string): StageKey<T> => ({ stage, index: stages++ });

/** One request on its way through the stages, with the value that each of them has left. */
export class Passage implements Member {
  place = -1;
  private readonly values: unknown[] = [];

  constructor(
    readonly request: McpRequest,
    readonly response: AgentResponse,
    readonly log: RequestLog,
  ) {}

  keep<T>(key: StageKey<T>, value: T): void {
    this.values[key.index] = value;
  }

  /** Keeps the value of a stage, at once or when it is there: what a guard answers with. */
  settle<T>(key: StageKey<T>, value: T | Promise<T>): true | Promise<true> {
    if (value instanceof Promise) return value.then((known) => this.settle(key, known));
    this.keep(key, value);
    return true;
  }

  /** The value that a stage has left, if the request has come that far. */
  reached<T>(key: StageKey<T>): T | undefined {
    return this.values[key.index] as T | undefined;
  }

  /**
   * The value of the stage before.
   * @throws GatewayError `stage_skipped`, a defect of the gateway: no request may pass by a stage.
   */
  after<T>(key: StageKey<T>): T {
    const value = this.reached(key);
    if (value === undefined) throw new GatewayError('stage_skipped', { detail: key.stage });
    return value;
  }

  /** Lets go of what these stages have left, the body above all: the request is on its way, and only its log is needed now. */
  release(...keys: StageKey<unknown>[]): void {
    for (const { index } of keys) this.values[index] = undefined;
  }
}

const PASSAGE = Symbol('Passage');
type Carrier = { [PASSAGE]?: Passage };

/** Makes the passage known to every stage that is given this raw request. */
export function attachPassage(request: object, passage: Passage): void {
  (request as Carrier)[PASSAGE] = passage;
}

/** The passage of a raw request, if it has been admitted. */
export const passageOfRequest = (request: object): Passage | undefined => (request as Carrier)[PASSAGE];

/** As much of Nest's `ExecutionContext` as the stages of the request path ask for. */
export interface HttpContext {
  switchToHttp(): { getRequest(): unknown };
}

/**
 * The passage of the request that a guard or an interceptor is called for.
 * @throws GatewayError `stage_skipped` if the request was never admitted.
 */
export function passageOf(context: HttpContext): Passage {
  const { raw } = context.switchToHttp().getRequest() as { raw: object };
  const passage = passageOfRequest(raw);
  if (passage === undefined) throw new GatewayError('stage_skipped', { detail: 'admission' });
  return passage;
}
