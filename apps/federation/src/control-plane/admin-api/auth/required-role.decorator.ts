import type { AdminRole } from '#libs/registry';
import { SetMetadata } from '@nestjs/common';

export const READERS: readonly AdminRole[] = ['admin', 'operator', 'auditor'];
export const OPERATORS: readonly AdminRole[] = ['admin', 'operator'];
export const ADMINISTRATORS: readonly AdminRole[] = ['admin'];

/** Which roles a route needs, and what the audit calls its use. */
export interface RouteAccess {
  roles: readonly AdminRole[];
  /** Null for a route that changes nothing: its use is not audited. */
  action: string | null;
}

export const ROUTE_ACCESS = 'causeway:route-access';

/** Declares who may use a route. The guard refuses routes that declare nothing. */
export const RequireRole = (access: RouteAccess) => SetMetadata(ROUTE_ACCESS, access);
