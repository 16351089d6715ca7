import { ServerResponse } from 'node:http';
import type { AgentResponse } from '#libs/request';

/** The HTTP response of an agent's connection. */
export class AgentHttpResponse extends ServerResponse implements AgentResponse {
  /** Headers of every answer to this request, whoever gives it, as a flat list of names and values. */
  readonly common: string[] = [];
  private isLast = false;

  /** Tells the client that the connection ends with this answer. */
  announceClose(): void {
    if (!this.isLast) this.common.push('connection', 'close');
    this.isLast = true;
  }

  /** The head in one go: nothing is kept by name, since nothing is changed any more. */
  sendHead(status: number, headers: string[]): void {
    this.writeHead(status, this.common.length === 0 ? headers : this.common.concat(headers));
  }
}
