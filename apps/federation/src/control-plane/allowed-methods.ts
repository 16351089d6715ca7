import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from './problem/problem.error.js';

interface KnownRoute {
  method: string;
  segments: readonly string[];
}

const routes = new WeakMap<object, KnownRoute[]>();

const segmentsOf = (path: string): string[] => path.split('/');
const server = (instance: FastifyInstance): object => instance.server;

/** Remembers every route of a server. To be called before the first is added. */
export function rememberRoutes(instance: FastifyInstance): void {
  const known: KnownRoute[] = [];
  routes.set(server(instance), known);
  instance.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) known.push({ method: each, segments: segmentsOf(url) });
  });
}

/** A problem if the path of a request without a route has routes for other methods (RFC 9110 §15.5.6); else null. */
export function wrongMethod(request: FastifyRequest): ProblemError | null {
  const asked = segmentsOf(request.url.split('?')[0] ?? '');
  const known = (routes.get(server(request.server)) ?? []).filter((route) => fits(route, asked));
  const allowed = [...new Set(known.map(({ method }) => method))].sort().join(', ');
  if (allowed === '') return null;
  return new ProblemError('method-not-allowed', `Use one of ${allowed}`, {}, { allow: allowed });
}

const fits = ({ segments }: KnownRoute, asked: readonly string[]): boolean =>
  segments.length === asked.length && segments.every((each, i) => each.startsWith(':') || each === asked[i]);
