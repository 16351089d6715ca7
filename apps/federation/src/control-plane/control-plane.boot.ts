import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import type { ControlSettings } from '../configuration/settings.js';
import { createLogger } from '../ops/logging.js';
import { bootOps, type Ops } from '../ops/ops.boot.js';
import type { Plane } from '../plane.js';
import { serveOpenApi } from './admin-api/openapi.js';
import { ControlPlaneModule } from './control-plane.module.js';
import { ControlReadiness } from './control-readiness.js';

const MIB = 1024 * 1024;
/** Audit batches are the largest bodies. */
const BODY_LIMIT = 4 * MIB;
/** Names are at most 254 characters, of which each may take 12 when percent-encoded. */
const MAX_PARAM_LENGTH = 254 * 12;
const KEEP_ALIVE_MS = 75_000;

/** Boots the control plane. The ops port is open while it still waits for the database. */
export async function bootControlPlane(settings: ControlSettings): Promise<Plane> {
  const readiness = new ControlReadiness();
  const ops = await bootOps(settings, readiness);
  const app = await createControlPlane(settings);
  readiness.opened(app.get(DataSource));
  return {
    app,
    start: () => app.listen(settings.port, settings.host).then(() => undefined),
    stop: () => stop(app, ops, settings),
  };
}

/** The application, not yet listening. Waits for the database. */
export async function createControlPlane(settings: ControlSettings): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    ControlPlaneModule.register(settings),
    adapter,
    { rawBody: true, abortOnError: false, logger: createLogger(settings.logLevel) },
  );
  serveOpenApi(app);
  return app;
}

async function stop(app: NestFastifyApplication, ops: Ops, settings: ControlSettings): Promise<void> {
  ops.drain();
  await sleep(settings.shutdownDelayMs);
  const closed = app.close();
  const overdue = setTimeout(() => app.getHttpServer().closeAllConnections(), settings.shutdownGraceMs);
  await closed;
  clearTimeout(overdue);
  await ops.close();
}
