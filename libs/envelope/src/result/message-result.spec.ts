import { describe, expect, it } from 'vitest';
import { watchResult } from '../index.js';

const JSON_TYPE = 'application/json';
const SSE_TYPE = 'text/event-stream';

/** What the last response says, and whether there was one. */
function read(type: string, text: string): [string, boolean] {
  const watcher = watchResult(type, () => undefined);
  watcher.push(Buffer.from(text));
  return [watcher.kind, watcher.answered];
}

const TOOL_ERROR = '{"jsonrpc":"2.0","id":1,"result":{"content":[{"text":"x"}],"isError": true}}';
const RPC_ERROR = '{"id":1,"error" : {"code":-32602,"message":"isError"}}';
const SUCCESS = '{"id":1,"result":{"isError":false}}';
const NOTIFICATION = '{"method":"notifications/progress","params":{"error":{},"result":{"isError":true}}}';

const MESSAGES: [string, string, string, boolean][] = [
  ['a result', SUCCESS, 'success', true],
  ['a failed tool', TOOL_ERROR, 'tool_error', true],
  ['a JSON-RPC error', RPC_ERROR, 'rpc_error', true],
  ['an error of null beside a result', '{"error":null,"id":1,"result":{}}', 'success', true],
  ['isError deeper down', '{"id":1,"result":{"structuredContent":{"isError":true}}}', 'success', true],
  ['isError in an array', '{"id":1,"result":{"content":[{"isError":true}]}}', 'success', true],
  ['isError beside the result', '{"id":1,"isError":true,"result":{"x":1}}', 'success', true],
  [
    'isError before a nested object',
    '{"id":1,"result":{"isError":true,"content":[{"a":{}}]}}',
    'tool_error',
    true,
  ],
  [
    'a request for input',
    '{"id":1,"result":{"resultType":"input_required","inputRequests":{}}}',
    'input_required',
    true,
  ],
  [
    'a complete result',
    '{"id":1,"result":{"resultType":"complete","text":"input_required"}}',
    'success',
    true,
  ],
  ['a result type deeper down', '{"id":1,"result":{"a":{"resultType":"input_required"}}}', 'success', true],
  ['a longer result type', '{"id":1,"result":{"resultType":"input_required_not"}}', 'success', true],
  [
    'a failed tool of a result type',
    '{"id":1,"result":{"isError":true,"resultType":"input_required"}}',
    'tool_error',
    true,
  ],
  ['a text that says error', '{"id":1,"result":{"text":"\\"error\\":{} , \\\\"}}', 'success', true],
  ['a text that is a key', '{"id":1,"result":["isError",true,"error"]}', 'success', true],
  ['a notification', NOTIFICATION, 'success', false],
  ['a request of the server', '{"id":1,"method":"sampling/createMessage","params":{}}', 'success', false],
  ['keys that begin like others', '{"id":1,"errors":{},"result":{"isErrors":true}}', 'success', true],
  ['keys that end like others', '{"id":1,"a\\"error":{},"result":{"\\\\isError":true}}', 'success', true],
  ['a body that is cut', TOOL_ERROR.slice(0, -2), 'success', false],
  ['nothing', '', 'success', false],
];

const LISTS: [string, string, string[]][] = [
  ['a list of tools', '{"id":1,"result":{"tools":[{"name":"a"}]}}', ['tools']],
  ['a list of templates', '{"result" : { "resourceTemplates" :\n[]}}', ['resourceTemplates']],
  ['two lists', '{"result":{"prompts":[],"nextCursor":"x","resources":[]}}', ['prompts', 'resources']],
  ['a list deeper down', '{"result":{"structuredContent":{"tools":[]}}}', []],
  ['a list in a notification', '{"method":"x","params":{"tools":[]}}', []],
  ['a member that is not a list', '{"result":{"tools":{},"prompts":"[","toolsets":[]}}', []],
];

describe('watchResult', () => {
  it.each(LISTS)('reports %s before its items pass', (_, text, expected) => {
    for (const [type, body] of [
      [JSON_TYPE, text],
      [SSE_TYPE, text.replace(/^/gm, 'data: ') + '\n\n'],
    ] as const) {
      const seen: string[] = [];
      const watcher = watchResult(type, (kind) => seen.push(kind));
      for (const byte of Buffer.from(body)) {
        const before = seen.length;
        watcher.push(Buffer.of(byte));
        if (seen.length > before) seen.push(String.fromCharCode(byte));
      }
      expect(seen).toEqual(expected.flatMap((kind) => [kind, '[']));
    }
  });

  it.each(MESSAGES)('reads %s in a JSON body', (_, text, kind, answered) => {
    expect(read(JSON_TYPE, text)).toEqual([kind, answered]);
  });

  it.each(MESSAGES)('reads %s in an event', (_, text, kind, answered) => {
    expect(read(SSE_TYPE, `event: message\r\nid: 1\r\ndata: ${text}\r\n\r\n`)).toEqual([kind, answered]);
  });

  it.each([
    ['a failure behind progress', `data: ${NOTIFICATION}\n\ndata: ${TOOL_ERROR}\n\n`, 'tool_error', true],
    ['data over several lines', 'data: {"id":1,"error":\ndata: {}}\n\n', 'rpc_error', true],
    ['an event that is cut', `data: ${TOOL_ERROR}\n`, 'success', false],
    ['fields that only begin like data', `data2: ${TOOL_ERROR}\n\n`, 'success', false],
    ['comments', `: ${RPC_ERROR}\n\n`, 'success', false],
    ['lines that end with CR', `: c\rdata:${RPC_ERROR}\r\r`, 'rpc_error', true],
  ])('reads %s', (_, text, kind, answered) => {
    expect(read(SSE_TYPE, text)).toEqual([kind, answered]);
  });
});
