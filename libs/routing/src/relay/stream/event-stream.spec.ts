import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RequestLog, type AgentResponse } from '#libs/request';
import type { BodyTransform } from '../body-transform.js';
import { EventStream } from './event-stream.js';
import type { ListNotices } from './list-notices.js';

const NOTICE = 'data: changed\n\n';
const LEGACY: ListNotices = { awaitsFirstMessage: false, eventFor: () => NOTICE };
const MODERN: ListNotices = {
  awaitsFirstMessage: true,
  eventFor: (list) => (list === 'tools' ? NOTICE : null),
};

/** The caller's side: what was written to it, and whether it keeps up. */
class Caller {
  readonly written: Buffer[] = [];
  readonly response = {
    headersSent: true,
    writableEnded: false,
    destroyed: false,
    writableNeedDrain: false,
    write: (chunk: Buffer) => this.written.push(chunk) > 0,
  };
  readonly log = new RequestLog();

  stream(notices: ListNotices | null): EventStream {
    return new EventStream(this.response as unknown as AgentResponse, this.log, notices);
  }

  get text(): string {
    return Buffer.concat(this.written).toString('utf8');
  }

  /** Passes a chunk on as the relay does. */
  relay(sut: EventStream, chunk: Buffer): void {
    this.log.bytesOut += chunk.length;
    this.response.write(chunk);
    sut.wrote(chunk);
  }
}

/** The events of a stream as a reader finds them (WHATWG HTML §9.2.6), without those that this gateway put in. */
function eventsOf(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  const events: string[] = [];
  let event: string[] = [];
  for (const line of lines) {
    if (line !== '') event.push(line);
    else if (event.length > 0) events.push(event.splice(0).join('|'));
  }
  return events.filter((each) => each !== ': keepalive' && `${each}\n\n` !== NOTICE);
}

const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
const line = fc.constantFrom(
  'data: {"a":1}',
  'data',
  ': c',
  'id: 7',
  'event: message',
  'retry: 10',
  'data: é',
);
const events = fc
  .array(
    fc
      .tuple(fc.array(line, { minLength: 1, maxLength: 3 }), lineEnd)
      .map(([lines, end]) => `${lines.join(end)}${end}${end}`),
    { maxLength: 6 },
  )
  .map((all) => all.join(''));

function chunksOf(text: string, places: number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const cuts = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  const at = [0, ...cuts, bytes.length];
  return at.slice(1).map((to, i) => bytes.subarray(at[i], to));
}

describe('EventStream', () => {
  it('puts comments and news between complete events only, wherever chunks are split', () => {
    fc.assert(
      fc.property(events, fc.array(fc.nat(), { maxLength: 12 }), (text, places) => {
        const caller = new Caller();
        const sut = caller.stream(LEGACY);
        for (const chunk of chunksOf(text, places)) {
          caller.relay(sut, chunk);
          sut.announce(['tools']);
          sut.tend(Infinity, 0);
          sut.tend(Infinity, 0);
        }
        expect(eventsOf(caller.text)).toEqual(eventsOf(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('puts comments into a silent stream only', () => {
    const caller = new Caller();
    const sut = caller.stream(null);
    const start = performance.now();
    caller.relay(sut, Buffer.from('data: 1\n\n'));
    sut.tend(start + 10_000, 15_000);
    sut.tend(start + 24_000, 15_000);
    expect(caller.text).toBe('data: 1\n\n');
    sut.tend(start + 25_000, 15_000);
    sut.tend(start + 26_000, 15_000);
    expect(caller.text).toBe('data: 1\n\n: keepalive\n\n');
    sut.tend(start + 41_000, 15_000);
    expect(caller.text).toBe('data: 1\n\n: keepalive\n\n: keepalive\n\n');
  });

  it.each([
    ['whose head has not gone back', { headersSent: false }],
    ['that has ended', { writableEnded: true }],
    ['that was broken off', { destroyed: true }],
    ['whose reader is behind', { writableNeedDrain: true }],
  ])('puts nothing into a response %s', (_, state) => {
    const caller = new Caller();
    Object.assign(caller.response, state);
    const sut = caller.stream(LEGACY);
    sut.announce(['tools']);
    sut.tend(Infinity, 0);
    expect(caller.text).toBe('');
  });

  it('tells a reader that was behind once it has caught up', () => {
    const caller = new Caller();
    const sut = caller.stream(LEGACY);
    caller.response.writableNeedDrain = true;
    sut.announce(['tools']);
    sut.announce(['tools']);
    caller.response.writableNeedDrain = false;
    sut.tend(0, Infinity);
    expect(caller.text).toBe(NOTICE);
  });

  it.each([
    [': hello\n\n', 'data: x\n\n'],
    ['data:\n\n', 'data: x\n\n'],
    ['id: 1\n', 'data: x\n\n'],
    ['', 'dat', 'a: x\n\n'],
    ['data', ': x\n\n'],
    ['event: message\r\ndata:', 'x\r\n', '\r\n'],
  ])('announces nothing before the first message is complete: %j, %j', (...chunks) => {
    const caller = new Caller();
    const sut = caller.stream(MODERN);
    sut.announce(['tools', 'prompts']);
    for (const chunk of chunks) {
      expect(caller.text).not.toContain(NOTICE);
      caller.relay(sut, Buffer.from(chunk));
    }
    expect(caller.text).toBe(chunks.join('') + NOTICE);
  });

  it('begins a transform where the event under way ends, wherever chunks are split', () => {
    const shout: BodyTransform = {
      holdsHead: false,
      push: (chunk) => [Buffer.from(chunk.toString('latin1').toUpperCase(), 'latin1')],
      end: () => [],
    };
    fc.assert(
      fc.property(lineEnd, fc.nat({ max: 30 }), fc.array(fc.nat(), { maxLength: 5 }), (end, at, places) => {
        const first = `id: 1${end}data: one${end}${end}`;
        const split = Math.min(at, first.length);
        const sut = new Caller().stream(null);
        sut.wrote(Buffer.from(first.slice(0, split)));
        const transform = sut.fromHere(shout);
        const rest = `${first.slice(split)}data: two${end}${end}`;
        const out = chunksOf(rest, places).flatMap((chunk) => transform.push(chunk));
        const wanted = split === 0 ? rest.toUpperCase() : first.slice(split) + `data: two${end}${end}`.toUpperCase();
        expect(Buffer.concat([...out, ...transform.end()]).toString()).toBe(wanted);
      }),
    );
  });
}); // prettier-ignore
