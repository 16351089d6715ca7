import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ProblemError } from '../../problem/problem.error.js';
import type { Administrator, AdminRequest } from './admin-request.js';
import { RefusedActions } from './refused-actions.service.js';
import { ROUTE_ACCESS, type RouteAccess } from './required-role.decorator.js';

/** Replicas' routes, which have a guard of their own. */
const REPLICA_ROUTES = '/internal/v1/';
const API_PREFIX = '/api/v1/';

/**
 * Guards every route except those of replicas: the caller, who was authenticated before the body was read, must have a role that
 * the route declares. A route that declares none is closed to everybody.
 */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly refused: RefusedActions,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AdminRequest>();
    if (request.routeOptions.url?.startsWith(REPLICA_ROUTES)) return true;
    const access = this.reflector.get<RouteAccess | undefined>(ROUTE_ACCESS, context.getHandler());
    const { administrator } = request;
    if (administrator === undefined) throw new Error('The route was reached without authentication');
    if (!isAllowed(administrator, access)) await this.refuse(administrator, access, request);
    request.actor = { actor: administrator.name, action: access?.action ?? 'read' };
    return true;
  }

  private async refuse(
    { name, roles }: Administrator,
    access: RouteAccess | undefined,
    request: AdminRequest,
  ): Promise<never> {
    const action = access?.action ?? null;
    const resource = (request.url.split('?')[0] ?? '').replace(API_PREFIX, '');
    if (action !== null) await this.refused.record({ actor: name, action, resource });
    const needed = access?.roles.join(' or ') ?? 'a role that nobody has';
    const held = roles.join(', ') || 'none';
    throw new ProblemError('forbidden', `This needs the role ${needed}; ${name} has: ${held}`);
  }
}

const isAllowed = (administrator: Administrator, access: RouteAccess | undefined): boolean =>
  access !== undefined && access.roles.some((role) => administrator.roles.includes(role));
