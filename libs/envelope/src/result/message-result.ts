import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  WHITE,
} from '../json/bytes.js';
import { OpenString } from '../json/strings.js';
import { WordTable } from '../json/key-table.js';
import { LIST_KINDS, type ListKind } from '../lists/list-view.js';
import { SseTokenizer } from '../sse/tokenizer.js';

/**
 * What a response says of the request: done, refused by the server, failed inside of the tool, or to be asked again with
 * more input (`resultType`, MCP 2026-07-28).
 */
export type ResultKind = 'success' | 'rpc_error' | 'tool_error' | 'input_required';

/** The later, the worse. */
const WORSE: readonly ResultKind[] = ['success', 'input_required', 'tool_error', 'rpc_error'];

/** Told of the list that a result holds, before any of its items has gone by. */
export type OnList = (kind: ListKind) => void;

const SMALL_N = 0x6e;
const SMALL_T = 0x74;

/** The words that matter as keys, by the level at which they stand, and as the value of `resultType`. */
const TOP_KEYS = new WordTable(['method', 'result', 'error']);
const RESULT_KEYS = new WordTable(['isError', 'resultType', ...LIST_KINDS]);
const INPUT_REQUIRED = new WordTable(['input_required']);

/** Bytes of the longest of them, `resourceTemplates`, with every character escaped, and one more. */
const MAX_WORD = 17 * 6 + 1;

const OPEN = 1;
const CLOSE = 2;
const STRING = 3;
const ROLE = Buffer.alloc(256);
ROLE[OPEN_BRACE] = ROLE[OPEN_BRACKET] = OPEN;
ROLE[CLOSE_BRACE] = ROLE[CLOSE_BRACKET] = CLOSE;
ROLE[QUOTE] = STRING;

type Level = 'outside' | 'top' | 'result';

/**
 * Watches one JSON-RPC message go by, in chunks split anywhere, in constant memory: whether it is a response, and whether
 * it has an `error`, a `result.isError` of true or a `result.resultType` of `input_required`, and which lists its result
 * holds. It assumes well-formed JSON; whatever it does not recognise counts as success.
 *
 * Only the members of the message and of its result are read. In all that is nested deeper, brackets are counted and strings
 * skipped. Of a batch, only the lists are told.
 */
export class MessageResult {
  private level: Level = 'outside';
  /** Containers that are open below the level, in which nothing matters. */
  private nested = 0;
  private readonly string = new OpenString();
  private readonly word = Buffer.allocUnsafe(MAX_WORD);
  private wordLength = 0;
  private isBeforeValue = false;
  private isResultType = false;
  private said: ResultKind = 'success';
  private isResponse = false;
  private isRequest = false;
  private isBatch = false;
  private isComplete = false;

  constructor(private readonly onList: OnList) {}

  /** Null if the message is not a response, or not complete yet. */
  get kind(): ResultKind | null {
    return this.isComplete && this.isResponse && !this.isRequest ? this.said : null;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.isComplete) {
      if (this.string.isUnfinished) at = this.throughString(chunk, at);
      else if (this.nested > 0) at = this.throughNested(chunk, at);
      else at = this.read(chunk, at);
    }
  }

  private throughString(chunk: Buffer, from: number): number {
    const end = this.string.through(chunk, from);
    if (this.nested === 0) this.collect(chunk, from, end);
    if (this.isResultType && !this.string.isUnfinished) this.endResultType();
    return end + 1;
  }

  /** To the end of the container that stands at the level, or of the chunk. */
  private throughNested(chunk: Buffer, from: number): number {
    let at = nextOfRole(chunk, from);
    for (; at < chunk.length; at = nextOfRole(chunk, at + 1)) {
      const role = ROLE[chunk[at]!];
      if (role === STRING) at = this.string.through(chunk, at + 1);
      else if (role === OPEN) this.nested++;
      else if (--this.nested === 0) return at + 1;
    }
    return at;
  }

  /** One byte at the level, or one string. */
  private read(chunk: Buffer, at: number): number {
    const byte = chunk[at]!;
    if (byte === COLON) this.isBeforeValue = true;
    else if (WHITE[byte] === 0) this.token(byte);
    return byte === QUOTE ? this.throughString(chunk, at + 1) : at + 1;
  }

  private token(byte: number): void {
    const entersResult = this.isBeforeValue && this.beginValue(byte);
    this.isBeforeValue = false;
    this.wordLength = 0;
    if (ROLE[byte] === OPEN) this.open(byte, entersResult);
    else if (ROLE[byte] === CLOSE) this.close();
  }

  private open(byte: number, entersResult: boolean): void {
    if (entersResult) this.level = 'result';
    else if (this.level === 'outside' && byte === OPEN_BRACE) this.level = 'top';
    else if (this.level === 'outside' && !this.isBatch) this.isBatch = true;
    else this.nested = 1;
  }

  private close(): void {
    this.isComplete = this.level === 'top' && !this.isBatch;
    this.level = this.level === 'result' ? 'top' : 'outside';
  }

  /** Reads a member by its key and the first byte of its value; true if it is a result whose members matter. */
  private beginValue(byte: number): boolean {
    if (this.level === 'top') return this.beginMember(this.wordIn(TOP_KEYS), byte);
    if (this.level === 'result') this.beginResultMember(this.wordIn(RESULT_KEYS), byte);
    return false;
  }

  private beginMember(key: (typeof TOP_KEYS.words)[number] | null, byte: number): boolean {
    if (key === 'method') this.isRequest = true;
    if (key === 'result') this.isResponse = true;
    if (key === 'error' && byte !== SMALL_N) this.says('rpc_error');
    return key === 'result' && byte === OPEN_BRACE;
  }

  private beginResultMember(key: (typeof RESULT_KEYS.words)[number] | null, byte: number): void {
    if (key === null) return;
    if (key === 'resultType') this.isResultType = byte === QUOTE;
    else if (key !== 'isError') {
      if (byte === OPEN_BRACKET) this.onList(key);
    } else if (byte === SMALL_T) this.says('tool_error');
  }

  /** A response that says several things at once is taken for the worst of them. */
  private says(kind: ResultKind): void {
    this.isResponse = true;
    if (WORSE.indexOf(kind) > WORSE.indexOf(this.said)) this.said = kind;
  }

  private endResultType(): void {
    this.isResultType = false;
    if (this.wordIn(INPUT_REQUIRED) !== null) this.says('input_required');
  }

  /** Any string may turn out to be a key; one that is too long does not matter. */
  private collect(chunk: Buffer, from: number, end: number): void {
    const to = Math.min(end, from + MAX_WORD - this.wordLength);
    for (let at = from; at < to; at++) this.word[this.wordLength++] = chunk[at]!;
  }

  /** The word of the table that the last string is, or null. */
  private wordIn<K extends string>(table: WordTable<K>): K | null {
    const { word, wordLength } = this;
    const known = table.wordAt(word, 0, wordLength);
    if (known !== null || !hasEscape(word, wordLength)) return known;
    return table.words[table.indexOf(unescaped(word.toString('latin1', 0, wordLength)))] ?? null;
  }
}

/** Offset of the next byte that has a role, or of the chunk's end; looked at four at a time, which is twice as fast. */
function nextOfRole(chunk: Buffer, from: number): number {
  const { length } = chunk;
  let at = from;
  while (
    at + 4 <= length &&
    (ROLE[chunk[at]!]! | ROLE[chunk[at + 1]!]! | ROLE[chunk[at + 2]!]! | ROLE[chunk[at + 3]!]!) === 0
  )
    at += 4;
  while (at < length && ROLE[chunk[at]!] === 0) at++;
  return at;
}

function hasEscape(word: Buffer, length: number): boolean {
  for (let at = 0; at < length; at++) if (word[at] === BACKSLASH) return true;
  return false;
}

/** Text that is cut off or broken becomes no word of a table. */
function unescaped(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return '';
  }
}

/** Watches a response body go by. It holds back nothing, so that it may stand beside the stream. */
export interface ResultWatcher {
  push(chunk: Buffer): void;
  /** What the last response message that went by says. */
  readonly kind: ResultKind;
  /** True once a whole response message, result or error, went by. */
  readonly answered: boolean;
}

/**
 * The watcher for a body of this media type. What it cannot read counts as success, since the MCP server did answer.
 * @param mediaType type and subtype of the response, in lower case.
 * @param onList called by `push`, before the chunk that begins a list has gone on; what it throws, `push` throws.
 */
export function watchResult(mediaType: string, onList: OnList): ResultWatcher {
  return mediaType === 'text/event-stream' ? new SseResultWatcher(onList) : new JsonResultWatcher(onList);
}

class JsonResultWatcher implements ResultWatcher {
  private readonly message: MessageResult;

  constructor(onList: OnList) {
    this.message = new MessageResult(onList);
  }

  push(chunk: Buffer): void {
    this.message.push(chunk);
  }

  get kind(): ResultKind {
    return this.message.kind ?? 'success';
  }

  get answered(): boolean {
    return this.message.kind !== null;
  }
}

/** Hands the data of each event to a watcher, as it comes. */
class SseResultWatcher implements ResultWatcher {
  kind: ResultKind = 'success';
  answered = false;
  private readonly tokens = new SseTokenizer('start of the stream');
  private message: MessageResult | null = null;

  constructor(private readonly onList: OnList) {}

  push(chunk: Buffer): void {
    const { tokens } = this;
    tokens.feed(chunk);
    while (tokens.next()) {
      if (tokens.start < tokens.end) this.watch(chunk.subarray(tokens.start, tokens.end));
      if (tokens.isEventEnd) this.endEvent();
    }
  }

  /** Lines of data are joined by LF, which is white space, or not JSON. */
  private watch(data: Buffer): void {
    this.message ??= new MessageResult(this.onList);
    this.message.push(data);
  }

  private endEvent(): void {
    const kind = this.message?.kind ?? null;
    this.message = null;
    if (kind === null) return;
    this.kind = kind;
    this.answered = true;
  }
}
