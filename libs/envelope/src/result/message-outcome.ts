import { BACKSLASH, COLON, COMMA, OPEN_BRACKET, QUOTE } from '../json/bytes.js';
import { LIST_KINDS, type ListKind } from '../lists/list-view.js';

/**
 * What a response says of the request: done, refused by the server, failed inside of the tool, or to be asked again with
 * more input (`resultType`, MCP 2026-07-28).
 */
export type RpcOutcome = 'success' | 'rpc_error' | 'tool_error' | 'input_required';

/** Told of the list that a result holds, before any of its items has gone by. */
export type OnList = (kind: ListKind) => void;

const SMALL_N = 0x6e;
const SMALL_T = 0x74;

/** More than the longest word that matters: `resourceTemplates`. */
const MAX_WORD = 18;

const isOpen = (byte: number): boolean => byte === 0x7b || byte === 0x5b;
const isClose = (byte: number): boolean => byte === 0x7d || byte === 0x5d;
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/**
 * Watches one JSON-RPC message go by, in chunks split anywhere, in constant memory: whether it is a response, and whether
 * it has an `error`, a `result.isError` of true or a `result.resultType` of `input_required`, and which lists its result
 * holds. It assumes well-formed JSON with keys that are not escaped; whatever it does not recognise counts as success.
 */
export class MessageOutcome {
  private depth = 0;
  private inString = false;
  private escaped = false;
  private beforeValue = false;
  private key = '';
  private keyAtOne = '';
  private isResultType = false;
  private failed: RpcOutcome = 'success';
  private answers = false;
  private asks = false;
  private complete = false;

  constructor(private readonly onList: OnList) {}

  /** Null if the message is no response, or not yet complete. */
  get outcome(): RpcOutcome | null {
    return this.complete && this.answers && !this.asks ? this.failed : null;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.inString ? this.throughString(chunk, at) : this.outside(chunk, at);
  }

  private outside(chunk: Buffer, at: number): number {
    const byte = chunk[at]!;
    if (byte === COLON) this.beforeValue = true;
    else if (!isSpace(byte)) this.token(byte);
    return at + 1;
  }

  private token(byte: number): void {
    if (this.beforeValue) this.valueStarts(byte);
    this.beforeValue = false;
    if (byte === QUOTE) this.stringStarts();
    else if (isOpen(byte)) this.depth++;
    else if (isClose(byte)) this.complete = --this.depth === 0;
    else if (byte === COMMA) this.key = '';
  }

  private stringStarts(): void {
    this.inString = true;
    this.key = '';
  }

  /** The first byte tells `null`, `true` and all else apart. */
  private valueStarts(byte: number): void {
    if (this.depth === 1) {
      this.keyAtOne = this.key;
      if (this.key === 'method') this.asks = true;
      if (this.key === 'result') this.answers = true;
      if (this.key === 'error' && byte !== SMALL_N) this.answerWith('rpc_error');
    }
    if (this.depth !== 2 || this.keyAtOne !== 'result') return;
    if (this.key === 'isError' && byte === SMALL_T) this.answerWith('tool_error');
    if (byte === OPEN_BRACKET) this.noteList();
    this.isResultType = this.key === 'resultType' && byte === QUOTE;
  }

  private noteList(): void {
    const kind = LIST_KINDS.find((one) => one === this.key);
    if (kind !== undefined) this.onList(kind);
  }

  private answerWith(outcome: RpcOutcome): void {
    this.answers = true;
    this.failed = outcome;
  }

  /** Goes to the end of the string, or of the chunk. */
  private throughString(chunk: Buffer, from: number): number {
    let at = from;
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) {
        this.inString = false;
        break;
      }
    }
    this.collectWord(chunk, from, at);
    if (!this.inString && this.isResultType) this.resultTypeEnds();
    return at + 1;
  }

  private resultTypeEnds(): void {
    this.isResultType = false;
    if (this.key === 'input_required' && this.failed === 'success') this.answerWith('input_required');
  }

  /** Any string may turn out to be a key; one with escapes, or of more than a few bytes, is none that matters. */
  private collectWord(chunk: Buffer, from: number, end: number): void {
    if (this.depth > 2) return;
    const room = MAX_WORD - this.key.length;
    this.key += chunk.toString('latin1', from, Math.min(end, from + room));
  }
}
