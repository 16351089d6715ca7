import { describe, expect, it } from 'vitest';
import { forwardedHeaders, mediaTypeOf } from './passed-headers.js';

const names = (list: string[]): string[] => list.filter((_, i) => i % 2 === 0);

describe('forwardedHeaders', () => {
  it('passes the headers of MCP and nothing else', () => {
    const sut = forwardedHeaders({
      accept: 'a',
      authorization: 'Bearer x',
      cookie: 'c',
      'mcp-param-region': 'eu',
      'mcp-session-id': 's',
      'x-forwarded-for': '1',
      'causeway-hop': 'x',
      traceparent: 't',
      'accept-encoding': 'gzip',
    });
    expect(names(sut)).toEqual(['accept-encoding', 'accept', 'mcp-param-region', 'mcp-session-id']);
    expect(sut[1]).toBe('identity');
  });

  it('leaves out what Connection nominates', () => {
    const sut = forwardedHeaders({
      connection: 'close, Mcp-Param-A',
      'mcp-param-a': '1',
      'mcp-param-b': '2',
    });
    expect(names(sut)).toEqual(['accept-encoding', 'mcp-param-b']);
  });
});

describe('mediaTypeOf', () => {
  it.each([
    ['Text/Event-Stream; charset=utf-8', 'text/event-stream'],
    [' application/json ;x', 'application/json'],
    ['', ''],
    [undefined, ''],
  ])('of %j is %j', (contentType, expected) => expect(mediaTypeOf(contentType)).toBe(expected));
});
