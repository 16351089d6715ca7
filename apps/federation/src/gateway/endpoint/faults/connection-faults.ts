import type { Duplex } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import { GatewayError } from '#libs/contract';
import { GatewayMetrics } from '../../accounting/gateway-metrics.service.js';
import { ALLOWED_METHODS } from '../admission/host-and-origin.js';
import { connectionOf, type OpenRequest } from '../agent-connection.js';
import { FaultResponder } from './fault-responder.js';
import { endLingering } from '../../../http/connection-close.js';
import { parserFault } from './parser-fault.js';

/**
 * What goes wrong on a connection where the server has no request to answer: bytes that are no HTTP, headers that do not
 * come, tunnels. The answers to earlier requests of the connection come first, whole; then its own; then it ends.
 */
@Injectable()
export class ConnectionFaults {
  private readonly logger = new Logger('Connection');

  constructor(
    private readonly faults: FaultResponder,
    private readonly metrics: GatewayMetrics,
  ) {}

  /** The parser gave up, a time-out struck, or the socket itself failed. */
  onBroken(error: NodeJS.ErrnoException, socket: Duplex): void {
    const connection = connectionOf(socket);
    if (connection.isBroken) return;
    connection.isBroken = true;
    const open = connection.latest;
    const isInBody = open !== null && !open.request.complete;
    const fault = parserFault(error, isInBody);
    if (fault === null || !socket.writable) return void socket.destroy();
    if (isInBody) return this.endBody(open, fault);
    if (open === null || open.response.writableFinished) this.refuse(socket, fault);
    else open.response.once('close', () => this.refuse(socket, fault));
  }

  /** CONNECT: this is no forward proxy (RFC 9110 §9.3.6). The parser has let go of the connection. */
  onTunnel(socket: Duplex): void {
    socket.on('error', () => socket.destroy()).resume();
    const open = connectionOf(socket).latest;
    const fault = new GatewayError('method_not_allowed', { detail: ALLOWED_METHODS });
    if (open === null || open.response.writableFinished) this.refuse(socket, fault);
    else socket.destroy();
  }

  /** A request that was answered before its body broke off gets no second answer. */
  private endBody({ request, response }: OpenRequest, fault: GatewayError): void {
    if (response.writableEnded) endLingering(request.socket);
    else this.faults.respond(request, response, fault);
  }

  private refuse(socket: Duplex, fault: GatewayError): void {
    if (!socket.writable) return void socket.destroy();
    this.report(fault, socket);
    endLingering(socket, this.faults.messageOf(fault));
  }

  private report(fault: GatewayError, socket: Duplex): void {
    this.metrics.malformed(fault.reason);
    const from = connectionOf(socket).address || 'a closed connection';
    this.logger.debug(`${fault.reason} from ${from}: ${fault.context.detail ?? fault.spec.message}`);
  }
}
