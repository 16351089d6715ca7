import { KeyTable, SeenKeys } from './envelope-keys.js';
import type { Span } from './envelope.js';
import { JsonCursor, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-cursor.js';
import { decodeString } from './json-string.js';

/** Says whether the caller may see the tool of this name. */
export type KeepTool = (toolName: string) => boolean;

export interface Filtered {
  /** The very same buffer if nothing had to change. */
  bytes: Buffer;
  changed: boolean;
}

/** Nested containers of a response: tool schemas nest deeper than requests. */
const MAX_RESPONSE_DEPTH = 512;
const PRIVATE = Buffer.from('"private"');

const MESSAGE = new KeyTable(['result']);
const RESULT = new KeyTable(['tools', 'cacheScope']);
const TOOL = new KeyTable(['name']);

const isWellFormed = (text: string | null): boolean => text?.isWellFormed() ?? false;

interface Splice extends Span {
  replacement: Buffer;
}

/**
 * Cuts out of a JSON body what its reader must not see: the elements of `result.tools` that `keep` refuses, or whose name
 * cannot be told. Whatever message has such a list is filtered, whatever its id, also in a batch, since a resumed stream
 * has no memory of requests. The `cacheScope` of such a result becomes `private` (MCP 2026-07-28, caching), because what
 * is left is one caller's view. All other bytes stay as they are.
 * @throws {EnvelopeError} if the bytes are not JSON, or if readers could take different lists out of them.
 */
export function filterListJson(bytes: Buffer, keep: KeepTool): Filtered {
  const splices = new ListScan(bytes, keep).run();
  return splices.length === 0 ? { bytes, changed: false } : { bytes: splice(bytes, splices), changed: true };
}

function splice(bytes: Buffer, splices: Splice[]): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const { start, end, replacement } of splices) {
    parts.push(bytes.subarray(from, start), replacement);
    from = end;
  }
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}

/** What one result holds; it can be judged only as a whole, since `cacheScope` may come before `tools`. */
interface ResultView {
  list: Span | null;
  kept: Span[];
  dropped: number;
  cacheScope: Span | null;
}

class ListScan {
  private readonly cursor: JsonCursor;
  private readonly splices: Splice[] = [];

  constructor(
    private readonly bytes: Buffer,
    private readonly keep: KeepTool,
  ) {
    this.cursor = new JsonCursor(bytes, MAX_RESPONSE_DEPTH);
  }

  run(): Splice[] {
    if (this.cursor.peek() === OPEN_BRACKET) this.cursor.array(() => this.message());
    else this.message();
    this.cursor.end();
    return this.splices;
  }

  private message(): void {
    if (this.cursor.peek() !== OPEN_BRACE) return this.cursor.value();
    const seen = new SeenKeys(MESSAGE, 'others free');
    this.cursor.object((start, end, escaped) => {
      const isResult = seen.see(this.bytes, start, end, escaped) === 'result';
      if (isResult && this.cursor.peek() === OPEN_BRACE) this.result();
      else this.cursor.value();
    });
  }

  private result(): void {
    const seen = new SeenKeys(RESULT, 'others free');
    const view: ResultView = { list: null, kept: [], dropped: 0, cacheScope: null };
    this.cursor.object((start, end, escaped) => {
      const key = seen.see(this.bytes, start, end, escaped);
      if (key === 'tools') this.tools(view);
      else if (key === 'cacheScope') view.cacheScope = this.cursor.span();
      else this.cursor.value();
    });
    if (view.list !== null) this.splices.push(...this.changes(view, view.list));
  }

  private tools(view: ResultView): void {
    if (this.cursor.peek() !== OPEN_BRACKET) {
      // No list that a reader could agree on: none of it may stay.
      view.dropped++;
      view.list = this.cursor.span();
      return;
    }
    const start = this.cursor.pos;
    this.cursor.array(() => {
      this.cursor.peek();
      const from = this.cursor.pos;
      if (this.mayStay()) view.kept.push({ start: from, end: this.cursor.pos });
      else view.dropped++;
    });
    view.list = { start, end: this.cursor.pos };
  }

  /** Consumes one element of the list; true if it is a tool with exactly one readable name, which `keep` allows. */
  private mayStay(): boolean {
    if (this.cursor.peek() !== OPEN_BRACE) {
      this.cursor.value();
      return false;
    }
    const name = this.toolName();
    return name !== null && this.keep(name);
  }

  private toolName(): string | null {
    let name: string | null = null;
    let clear = true;
    this.cursor.object((start, end, escaped) => {
      const key = decodeString(this.bytes, start, end, escaped);
      if (!TOOL.resembles(key)) return this.cursor.value();
      clear &&= key === 'name' && name === null && this.cursor.peek() === QUOTE;
      name = this.cursor.text();
    });
    return clear && isWellFormed(name) ? name : null;
  }

  private changes(view: ResultView, list: Span): Splice[] {
    const changes: Splice[] = [];
    if (view.dropped > 0) changes.push({ ...list, replacement: this.listOf(view.kept) });
    const scope = view.cacheScope;
    if (scope !== null && !this.bytes.subarray(scope.start, scope.end).equals(PRIVATE))
      changes.push({ ...scope, replacement: PRIVATE });
    return changes.sort((a, b) => a.start - b.start);
  }

  private listOf(kept: Span[]): Buffer {
    const elements = kept.map(({ start, end }) => this.bytes.toString('utf8', start, end));
    return Buffer.from(`[${elements.join(',')}]`);
  }
}
