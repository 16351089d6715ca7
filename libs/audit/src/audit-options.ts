export interface AuditOptions {
  /** Directory of the spool; made if it is missing. One process at a time may use it. */
  directory: string;
  /** Bytes that the spool may take, the undelivered parts of earlier boots included. */
  maxBytes: number;
}

export const AUDIT_OPTIONS = Symbol('AuditOptions');
