import type { AnnouncedList } from '#libs/auth';
import { FirstMessage, SsePosition } from '#libs/envelope';
import type { AgentResponse, RequestLog } from '#libs/request';
import type { BodyTransform } from '../body-transform.js';
import type { ListNotices } from './list-notices.js';

const KEEP_ALIVE = ': keepalive\n\n';

/**
 * The caller's side of a response of server-sent events, for what this gateway puts into it: comments that keep it alive,
 * and news of lists. Both stand between two complete events only, and wait while the reader does not take what is there.
 */
export class EventStream {
  private readonly position = new SsePosition();
  private readonly first: FirstMessage | null;
  private readonly untold = new Set<AnnouncedList>();
  private quietSince = performance.now();
  private bytesOut = 0;

  /** @param notices null if changes of lists are not told here. */
  constructor(
    private readonly response: AgentResponse,
    private readonly log: RequestLog,
    private readonly notices: ListNotices | null,
  ) {
    this.first = notices?.awaitsFirstMessage === true ? new FirstMessage() : null;
  }

  /** To be called with everything that was written to the response. */
  wrote(chunk: Buffer): void {
    this.position.note(chunk);
    this.first?.note(chunk);
    if (this.untold.size > 0) this.tell();
  }

  /** The transform, to begin where the event ends that is under way. */
  fromHere(transform: BodyTransform): BodyTransform {
    const fromNext = this.position.fromNextEvent(transform);
    return { holdsHead: false, push: (chunk) => fromNext.push(chunk), end: () => fromNext.end() };
  }

  /** What makes an event appended now stand alone. */
  separator(): string {
    return this.position.separator();
  }

  /** Tells the reader that lists have changed, now or as soon as it is possible. */
  announce(lists: readonly AnnouncedList[]): void {
    if (this.notices === null) return;
    for (const list of lists) this.untold.add(list);
    this.tell();
  }

  /**
   * To be called from time to time: breaks a silence, and tells what could not be told yet.
   * @param now of `performance.now()`.
   */
  tend(now: number, keepAliveMs: number): void {
    if (this.untold.size > 0) this.tell();
    const isQuiet = this.log.bytesOut === this.bytesOut;
    const isDue = isQuiet && now - this.quietSince >= keepAliveMs && this.mayInsert;
    if (isDue) this.put(KEEP_ALIVE);
    if (isDue || !isQuiet) this.quietSince = now;
    this.bytesOut = this.log.bytesOut;
  }

  /** A reader that is behind has bytes under way, and must not be given more. */
  private get mayInsert(): boolean {
    const { response } = this;
    const isOpen = response.headersSent && !response.writableEnded && !response.destroyed;
    return isOpen && !response.writableNeedDrain && this.position.mayInsert;
  }

  private tell(): void {
    if (this.first?.hasBegun === false || !this.mayInsert) return;
    for (const list of this.untold) {
      const event = this.notices?.eventFor(list) ?? null;
      if (event !== null) this.put(event);
    }
    this.untold.clear();
  }

  private put(text: string): void {
    const bytes = Buffer.from(text);
    this.log.bytesOut += bytes.length;
    this.position.note(bytes);
    this.response.write(bytes);
  }
}
