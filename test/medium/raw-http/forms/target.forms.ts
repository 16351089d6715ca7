import {
  bare,
  call,
  closed,
  ENDPOINT,
  malformed,
  refused,
  served,
  type Address,
  type Form,
  type Outcome,
} from './form.js';

const target = (text: string, direct: Outcome): Form => ({
  name: text.length > 90 ? `${text.slice(0, 90)}…` : text,
  bytes: call({ target: text }),
  direct,
});

const absolute = (name: string, text: (to: Address) => string, direct: Outcome): Form => ({
  name: `a target with ${name}`,
  bytes: (to) => call({ target: text(to) })(to),
  direct,
});

const unknown = refused(404, 'route_not_found');
const tooLarge = closed(refused(431, 'headers_too_large'));
const METADATA = `/.well-known/oauth-protected-resource${ENDPOINT}`;

const PATHS: Form[] = [
  target(`${ENDPOINT}?session=1`, served),
  target(`${ENDPOINT}?`, served),
  target(`${ENDPOINT}?a=/../../x&b=%00`, served),
  target(`${ENDPOINT}#fragment`, unknown),
  target(`${ENDPOINT}/`, unknown),
  target(`${ENDPOINT};jsessionid=1`, unknown),
  target(`/${ENDPOINT}`, unknown),
  target('/api/llm/mcp//near/server', unknown),
  target('/api/llm/mcp/near//server', unknown),
  target('/api/llm/mcp/./near/server', unknown),
  target('/api/llm/mcp/other/../near/server', unknown),
  target('/api/llm/mcp/%2e%2e/mcp/near/server', unknown),
  target('/api/llm/mcp/near%2fserver', unknown),
  target('/api/llm/mcp/near%2Fserver', unknown),
  target('/api/llm/mcp/%6eear/server', unknown),
  target('/api/llm/mcp/near%00/server', unknown),
  target('/api/llm/mcp/near%/server', unknown),
  target('/api/llm/mcp/%zz/server', unknown),
  target('/api/llm/mcp/%252e%252e/server', unknown),
  target('/api/llm/mcp/a%2f..%2fnear/server', unknown),
  target('/api/llm/mcp/near;x/server', unknown),
  target('/api/llm/mcp/NEAR/server', unknown),
  target('/API/LLM/MCP/near/server', unknown),
  target('/api/llm/mcp/near/SERVER', unknown),
  target(`/api/llm/mcp/${'a'.repeat(300)}/server`, unknown),
  target('/api/llm/mcp/*/server', unknown),
  target('/', unknown),
  target('*', unknown),
  target('\\api\\llm\\mcp\\near\\server', malformed),
  target('/api/llm/mcp\\near/server', unknown),
  target('api/llm/mcp/near/server', malformed),
  target('/api/llm/mcp/n\xe9ar/server', malformed),
  target('/api/llm/mcp/near /server', malformed),
  target('/api/llm/mcp/near\t/server', malformed),
  target('/api/llm/mcp/near\0/server', malformed),
  target(`${ENDPOINT}?${'a'.repeat(65_536)}`, tooLarge),
]; // prettier-ignore

const ABSOLUTE: Form[] = [
  absolute('the URL of this gateway', (to) => `http://${to.host}${ENDPOINT}`, unknown),
  absolute('the URL of another host', () => `http://evil.example.com${ENDPOINT}`, unknown),
  absolute('another scheme', (to) => `https://${to.host}${ENDPOINT}`, unknown),
  absolute('credentials in its URL', (to) => `http://user:password@${to.host}${ENDPOINT}`, unknown),
  absolute('an authority only', (to) => to.host, malformed),
]; // prettier-ignore

const document: Outcome = { answers: [[200, null]], calls: [], stays: true };
const meta = (name: string, bytes: Form['bytes'], direct: Outcome): Form => ({
  name: `the metadata document: ${name}`,
  bytes,
  direct,
});

const METADATA_FORMS: Form[] = [
  meta('GET', bare('GET', { target: METADATA, authorization: [] }), document),
  meta('a foreign host', bare('GET', { target: METADATA, host: ['Host: evil.example.com'] }), refused(421, 'host_not_allowed')),
  meta('two hosts', (to) => bare('GET', { target: METADATA, host: [`Host: ${to.host}`, 'Host: evil.example.com'] })(to), refused(400, 'ambiguous_headers')),
  meta('PATCH', call({ method: 'PATCH', target: METADATA }), refused(405, 'method_not_allowed')),
  meta('POST', call({ target: METADATA }), refused(405, 'method_not_allowed')),
  meta('GET with a body', call({ method: 'GET', target: METADATA }), closed(refused(400, 'body_unexpected'))),
  meta('an encoded slash', bare('GET', { target: '/.well-known/oauth-protected-resource/api/llm/mcp/a%2fb/server' }), unknown),
]; // prettier-ignore

/** What a request asks for. */
export const TARGETS: Form[] = [...PATHS, ...ABSOLUTE, ...METADATA_FORMS];
