/** Where the answer to a request goes. The HTTP response of an agent's connection is one; a request made inside needs none. */
export interface AgentResponse {
  readonly headersSent: boolean;
  readonly statusCode: number;
  readonly destroyed: boolean;
  readonly writableEnded: boolean;
  readonly writableFinished: boolean;
  readonly writableNeedDrain: boolean;
  /** @param headers Flat list of names and values. */
  sendHead(status: number, headers: string[]): void;
  flushHeaders(): void;
  /** False: the reader is behind; `drain` tells when it has caught up. */
  write(chunk: Buffer): boolean;
  end(last?: Buffer | string): unknown;
  destroy(): unknown;
  once(event: 'close' | 'drain', listener: () => void): unknown;
  on(event: 'close' | 'drain', listener: () => void): unknown;
  /** Calls back before those who asked earlier, such as accounting, which judges by what is noted then. */
  prependListener(event: 'close', listener: () => void): unknown;
}
