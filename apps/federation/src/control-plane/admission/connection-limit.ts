import { Logger } from '@nestjs/common';
import type { Server } from 'node:http';
import { counter } from '../../ops/counter.js';

const WINDOW_MS = 60_000;

const dropped = counter({
  name: 'causeway_connections_dropped_total',
  help: 'Connections that were closed at once because too many were open',
});

/** Closes connections beyond a number at once, counts them, and says so in the log once a minute. */
export class ConnectionLimit {
  private readonly logger = new Logger('Connections');
  private quietUntil = 0;

  constructor(private readonly limit: number) {}

  watch(server: Server): void {
    server.maxConnections = this.limit;
    server.on('drop', () => this.onDrop());
  }

  private onDrop(): void {
    dropped.inc();
    const now = Date.now();
    if (now < this.quietUntil) return;
    this.quietUntil = now + WINDOW_MS;
    this.logger.warn(
      `More than ${this.limit} connections (MAX_CONNECTIONS) are open; further ones are closed`,
    );
  }
}
