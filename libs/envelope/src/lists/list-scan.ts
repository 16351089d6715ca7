import { tooLarge } from '../envelope.error.js';
import { KeyTable, SeenKeys } from '../json/key-table.js';
import { OPEN_BRACE, OPEN_BRACKET } from '../json/bytes.js';
import { JsonCursor } from '../json/cursor.js';
import { readItemName } from './list-item.js';
import { LIST_KINDS, type ListKind, type ListView } from './list-view.js';
import type { Span } from '../json/span.js';
import { arrayOf, type Splice, spliced } from '../json/splice.js';

/** Nested containers of a response: tool schemas nest deeper than requests. */
const MAX_RESPONSE_DEPTH = 512;
/** Messages of a batch (JSON-RPC 2.0 §6), which MCP had in 2025-03-26 only. */
export const MAX_BATCH_MESSAGES = 1000;
const PRIVATE = Buffer.from('"private"');
const UPDATED = 'notifications/resources/updated';

const MESSAGE = new KeyTable(['result', 'method']);
const RESULT = new KeyTable([...LIST_KINDS, 'cacheScope']);

/** What has to change in one result. It is known only at the result's end, since `cacheScope` may come before the list. */
interface ResultChanges {
  cuts: Splice[];
  isPrivate: boolean;
  cacheScope: Span | null;
}

/** A message that may pass, and what has to change in it. */
interface KeptMessage extends Span {
  /** In the order of their places. */
  splices: Splice[];
}

/** One pass over a body, for `filterMessages`. */
export class ListScan {
  private readonly cursor: JsonCursor;
  /** What has to change in the message that is being read. */
  private splices: Splice[] = [];
  private readonly kept: KeptMessage[] = [];
  private dropped = 0;

  constructor(
    private readonly bytes: Buffer,
    private readonly view: ListView,
  ) {
    this.cursor = new JsonCursor(bytes, MAX_RESPONSE_DEPTH);
  }

  run(): Buffer | null {
    if (this.cursor.peek() === OPEN_BRACKET) this.batch();
    else this.element();
    this.cursor.end();
    return this.dropped === 0 ? this.whole() : this.rest();
  }

  private whole(): Buffer {
    const splices = this.kept.flatMap((message) => message.splices);
    if (splices.length === 0) return this.bytes;
    return spliced(this.bytes, { start: 0, end: this.bytes.length }, splices);
  }

  private rest(): Buffer | null {
    if (this.kept.length === 0) return null;
    return arrayOf(this.kept.map((message) => spliced(this.bytes, message, message.splices)));
  }

  private batch(): void {
    const { cursor } = this;
    let messages = 0;
    for (let more = cursor.openArray(); more; more = cursor.nextElement()) {
      if (++messages > MAX_BATCH_MESSAGES) tooLarge(`a batch has more than ${MAX_BATCH_MESSAGES} messages`);
      this.element();
    }
  }

  private element(): void {
    this.splices = [];
    this.cursor.peek();
    const start = this.cursor.pos;
    if (this.message()) this.kept.push({ start, end: this.cursor.pos, splices: this.splices });
    else this.dropped++;
  }

  /** Consumes a message; true if it may pass. */
  private message(): boolean {
    const { cursor } = this;
    if (cursor.peek() !== OPEN_BRACE) {
      cursor.value();
      return true;
    }
    const seen = new SeenKeys(MESSAGE, 'free');
    let mayPass = true;
    for (let more = cursor.openObject(); more; more = cursor.nextMember()) {
      const key = seen.see(cursor);
      if (key === 'method') mayPass = cursor.text() !== UPDATED || this.view.mayReadResources;
      else if (key === 'result' && cursor.peek() === OPEN_BRACE) this.result();
      else cursor.value();
    }
    return mayPass;
  }

  private result(): void {
    const { cursor } = this;
    const seen = new SeenKeys(RESULT, 'free');
    const changes: ResultChanges = { cuts: [], isPrivate: false, cacheScope: null };
    for (let more = cursor.openObject(); more; more = cursor.nextMember()) {
      const key = seen.see(cursor);
      if (key === null) cursor.value();
      else if (key === 'cacheScope') changes.cacheScope = cursor.span();
      else this.list(key, changes);
    }
    this.splices.push(...this.changesOf(changes));
  }

  private list(kind: ListKind, changes: ResultChanges): void {
    changes.isPrivate ||= this.view.isPrivate(kind);
    if (!this.view.hides(kind)) return this.cursor.value();
    const cut = this.cut(kind);
    if (cut !== null) changes.cuts.push(cut);
  }

  /** Consumes a list; null if all of it may stay. Something else in its place becomes an empty list: readers could disagree. */
  private cut(kind: ListKind): Splice | null {
    const { cursor } = this;
    if (cursor.peek() !== OPEN_BRACKET) return { ...cursor.span(), replacement: arrayOf([]) };
    const start = cursor.pos;
    const kept: Buffer[] = [];
    let dropped = 0;
    for (let more = cursor.openArray(); more; more = cursor.nextElement()) {
      const item = this.visibleItem(kind);
      if (item === null) dropped++;
      else kept.push(item);
    }
    return dropped === 0 ? null : { start, end: cursor.pos, replacement: arrayOf(kept) };
  }

  /** Consumes one element of a list; its bytes if it may stay. */
  private visibleItem(kind: ListKind): Buffer | null {
    this.cursor.peek();
    const start = this.cursor.pos;
    const name = readItemName(this.cursor, kind);
    const isVisible = name !== null && this.view.maySee(kind, name);
    return isVisible ? this.bytes.subarray(start, this.cursor.pos) : null;
  }

  private changesOf({ cuts, isPrivate, cacheScope }: ResultChanges): Splice[] {
    const isShared =
      cacheScope !== null && !this.bytes.subarray(cacheScope.start, cacheScope.end).equals(PRIVATE);
    if (isPrivate && isShared) cuts.push({ ...cacheScope, replacement: PRIVATE });
    return cuts.sort((a, b) => a.start - b.start);
  }
}
