export {
  decideRoute,
  type NoWay,
  ROUTED,
  Routing,
  type Routed,
  RoutingInterceptor,
} from './decision/routing.js';
export { faultDetail, FaultLog } from './fault/fault-log.js';
export { failingLeg, legFrom, renderJsonRpcError, sceneOf, type FaultScene } from './fault/json-rpc-error.js';
export { proxyStatusOf } from './fault/proxy-status.js';
export { Forwarding } from './forwarding.js';
export { HopForwardingModule } from './hop-forwarding.module.js';
export type { DialTarget } from './next-hop/dial-target.js';
export { GATEWAY_DIALER, type GatewayDialer } from './next-hop/gateway-dialer.js';
export type { NextHop } from './next-hop/next-hop.js';
export type { OwnService } from './routing.options.js';
export { DEFAULT_STREAM_PACE, STREAM_PACE, type StreamPace } from './relay/stream/stream-pace.js';
export { StreamWatch } from './relay/stream/stream-watch.js';
export { renderServerTiming } from './relay/response-head.js';
