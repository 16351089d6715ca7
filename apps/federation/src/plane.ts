import type { INestApplication } from '@nestjs/common';

/** A booted role: how program.ts runs it. */
export interface Plane {
  /** The application whose port is public: admin API or MCP endpoints. */
  app: INestApplication;
  /** Resolves with the reason once it is clear that this plane can never serve as it is configured. */
  readonly failed?: Promise<Error>;
  /** Begins to serve; resolves when the port is open. NATS is neither needed nor awaited. */
  start(): Promise<void>;
  /** Graceful end: readiness 503, serve on, finish what is in flight, flush, close. */
  stop(): Promise<void>;
}
