import { DatabaseProbe } from '#libs/registry';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlSettings } from '../settings/settings.js';
import { listen } from '../ops/listen.js';
import { createLogger } from '../ops/logging.js';
import { BootReadiness } from '../ops/boot-readiness.js';
import { bootOps, type Ops } from '../ops/ops.boot.js';
import type { Readiness } from '../ops/readiness.js';
import type { Plane } from '../plane.js';
import { serveOpenApi } from './admin-api/openapi.js';
import { rememberRoutes } from './allowed-methods.js';
import { ControlPlaneModule } from './control-plane.module.js';
import { guardServer, httpAdapter, readJsonBodies } from './http-server.js';
import { ReportedMetrics } from './fleet/reported-metrics.service.js';

/** Boots the control plane. The ops port is open even while it waits for the database. */
export async function bootControlPlane(settings: ControlSettings): Promise<Plane> {
  const readiness = new BootReadiness('waiting for the database');
  let reported: ReportedMetrics | null = null;
  const ops = await bootOps(settings, readiness, () => reported?.text() ?? '');
  const app = await createControlPlane(settings);
  return {
    app,
    start: async () => {
      await listen(app, settings.port, settings.host, 'ControlPlane');
      reported = app.get(ReportedMetrics);
      readiness.done(databaseReadiness(app.get(DatabaseProbe)));
    },
    stop: () => stop(app, ops, settings),
  };
}

/** A control plane is ready while its database answers. */
const databaseReadiness = (probe: DatabaseProbe): Readiness => ({
  check: () =>
    probe.assertAnswers().then(
      () => ({ ready: true, reasons: [] }),
      () => ({ ready: false, reasons: ['the database does not answer'] }),
    ),
});

/** The application before it listens. Waits for the database. */
export async function createControlPlane(settings: ControlSettings): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    ControlPlaneModule.register(settings),
    httpAdapter(settings),
    { rawBody: true, bodyParser: false, abortOnError: false, logger: createLogger(settings.logLevel) },
  );
  rememberRoutes(app.getHttpAdapter().getInstance());
  guardServer(app, settings);
  readJsonBodies(app);
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
