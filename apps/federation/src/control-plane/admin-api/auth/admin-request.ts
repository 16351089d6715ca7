import type { AdminRole } from '#libs/registry';
import type { FastifyRequest } from 'fastify';

/** The authenticated caller of the admin API. */
export interface Administrator {
  /** `admin` for the bootstrap token, else the user's name. */
  name: string;
  roles: readonly AdminRole[];
}

/** Who makes a request, and what the audit calls it. */
export interface AdminActor {
  actor: string;
  action: string;
}

/** `administrator` is set before the body is read, `actor` once the role has been checked. */
export type AdminRequest = FastifyRequest & { administrator?: Administrator; actor?: AdminActor };
