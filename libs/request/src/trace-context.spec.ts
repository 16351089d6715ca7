import { describe, expect, it } from 'vitest';
import { continueTrace, traceparentOf } from './trace-context.js';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const parent = (traceparent: string | null, tracestate: string | null = null) => ({
  traceparent,
  tracestate,
});

describe('continueTrace', () => {
  it('continues the parent in a span of its own, with its state', () => {
    const sut = continueTrace(parent(PARENT, 'a=1'));
    expect(sut).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', flags: '01', state: 'a=1' });
    expect(sut.spanId).not.toBe('b7ad6b7169203331');
    expect(traceparentOf(sut)).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
  });

  it.each([
    ['nothing', null],
    ['text', 'hello'],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
    ['the forbidden version', PARENT.replace('00-', 'ff-')],
    ['upper case', PARENT.toUpperCase()],
  ])('begins a new trace if the parent is %s', (_, text) => {
    const sut = continueTrace(parent(text, 'a=1'));
    expect(sut.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(sut.traceId).not.toContain('0af7651916cd');
    expect(sut.state).toBeNull();
  });

  it('prefers the first parent that is valid', () => {
    const sut = continueTrace(parent('bad', 'x=1'), parent(PARENT, 'y=2'));
    expect(sut.state).toBe('y=2');
  });
});
