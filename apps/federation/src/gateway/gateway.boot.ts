import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AuditSpool } from '#libs/audit';
import { StreamWatch } from '#libs/routing';
import type { GatewaySettings } from '../settings/settings.js';
import { listen } from '../ops/listen.js';
import { createLogger } from '../ops/logging.js';
import { BootReadiness } from '../ops/boot-readiness.js';
import { bootOps, type Ops } from '../ops/ops.boot.js';
import type { Plane } from '../plane.js';
import { GatewayModule } from './gateway.module.js';
import { GatewayReadiness } from './gateway-readiness.js';
import { Drain, DrainEnd } from './endpoint/drain.js';
import { httpServerAdapter, serveRequests } from './endpoint/http-server.js';
import { Pipeline } from './pipeline.js';
import { DirectoryLock } from './state/directory-lock.js';
import { natsMicroserviceOptions } from './sync/config/nats-microservice-options.js';
import { SyncLifecycle } from './sync/sync-lifecycle.service.js';
import { SyncStatus } from './sync/sync-status.service.js';

/** Makes a gateway ready to serve. @throws SettingsError when this replica can never serve as configured. */
export async function bootGateway(settings: GatewaySettings): Promise<Plane> {
  const logger = createLogger(settings.logLevel);
  Logger.overrideLogger(logger);
  const lock = await DirectoryLock.take(settings.dataDir);
  const app = await NestFactory.create<NestFastifyApplication>(
    GatewayModule.register(settings),
    httpServerAdapter(settings),
    { logger, bodyParser: false, abortOnError: false },
  );
  serveRequests(app, app.get(Pipeline));
  const nats = natsMicroserviceOptions(settings);
  if (nats !== null) app.connectMicroservice(nats);
  await app.init();
  const readiness = new BootReadiness('the port is not open yet');
  const ops = await bootOps(settings, readiness);
  const started = async (): Promise<void> => {
    await start(app, settings);
    readiness.done(new GatewayReadiness(app.get(SyncStatus), app.get(AuditSpool)));
  };
  return {
    app,
    failed: app.get(SyncLifecycle).failed,
    start: started,
    stop: () => {
      lock.leaving(settings.shutdownDelayMs + settings.shutdownGraceMs + CLOSING_MS);
      return stop(app, ops, settings);
    },
  };
}

/** For a connection that was accepted last to bring its request, and for the last answers to leave; milliseconds. */
const LINGER_MS = 500;
/** What closing takes at most once nothing is in flight, milliseconds: above all the last delivery of audit parts. */
const CLOSING_MS = 10_000;

/** Resolves when every connection has ended, or else nothing is in flight any more, or the time is over. */
async function drained(drain: Drain, closed: Promise<unknown>, graceMs: number): Promise<void> {
  const deadline = performance.now() + graceMs;
  await drain.whenIdle(graceMs);
  await Promise.race([closed, delay(LINGER_MS)]);
  await drain.whenIdle(deadline - performance.now());
}

/** NATS only makes changes arrive sooner, so nobody waits for it. */
async function start(app: NestFastifyApplication, settings: GatewaySettings): Promise<void> {
  await listen(app, settings.port, settings.host, 'Gateway');
  app.startAllMicroservices().catch((error: unknown) => {
    new Logger('Gateway').error('NATS cannot be used; changes arrive by long poll', (error as Error).stack);
  });
}

/** First no new connections, then an end to streams that would never end, then the requests in flight, then the rest,
 * which is told that it was interrupted. */
async function stop(app: NestFastifyApplication, ops: Ops, settings: GatewaySettings): Promise<void> {
  const drain = app.get(Drain);
  const server = app.getHttpServer();
  ops.drain();
  drain.begin();
  await delay(settings.shutdownDelayMs);
  const closed = once(server, 'close');
  server.close();
  app.get(StreamWatch, { strict: false }).finishListening();
  await drained(drain, closed, settings.shutdownGraceMs);
  if (app.get(DrainEnd).interruptAll()) await Promise.race([closed, delay(LINGER_MS)]);
  server.closeAllConnections();
  await app.close();
  await ops.close();
}
