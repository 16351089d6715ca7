export type { AgentResponse } from './agent-response.js';
export { AUTHENTICATED, READ, type Authenticated, type Message, type Read } from './stages.js';
export { listens, type Asked, type BodySource, McpRequest, type PeerConnection } from './mcp-request.js';
export { OWN_GATEWAY, type OwnGateway } from './own-gateway.js';
export {
  attachPassage,
  Passage,
  passageOf,
  passageOfRequest,
  stageKey,
  type HttpContext,
  type StageKey,
} from './passage.js';
export { principalKey, REGISTRY_ISSUER, type Caller, type Credential, type Principal } from './principal.js';
export {
  type Decision,
  type DenialReason,
  type NextHopNote,
  RequestLog,
  type UpstreamResult,
} from './request-log.js';
export { continueTrace, traceparentOf, type TraceContext, type TraceParent } from './trace-context.js';
