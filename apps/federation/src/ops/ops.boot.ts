import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Settings } from '../settings/settings.js';
import { DrainState } from './drain-state.js';
import { listen } from './listen.js';
import { createLogger } from './logging.js';
import { NO_SCHEMAS } from './no-schemas.js';
import { OpsModule } from './ops.module.js';
import type { ExtraMetrics, Readiness } from './readiness.js';

/** The open ops port. */
export interface Ops {
  /** Origin under which `/healthz`, `/readyz` and `/metrics` are served. */
  url: string;
  /** From now on `/readyz` answers 503. */
  drain(): void;
  close(): Promise<void>;
}

/**
 * Opens the ops port.
 * @throws Error when the port cannot be listened on.
 */
export async function bootOps(
  settings: Pick<Settings, 'opsHost' | 'opsPort' | 'logLevel'>,
  readiness: Readiness,
  extraMetrics: ExtraMetrics = () => '',
): Promise<Ops> {
  const drainState = new DrainState();
  const app = await NestFactory.create<NestFastifyApplication>(
    OpsModule.register({ readiness, extraMetrics, drainState }),
    new FastifyAdapter({ ...NO_SCHEMAS, forceCloseConnections: true }),
    { logger: createLogger(settings.logLevel), abortOnError: false },
  );
  await listen(app, settings.opsPort, settings.opsHost, 'Ops');
  return { url: await app.getUrl(), drain: () => drainState.begin(), close: () => app.close() };
}
