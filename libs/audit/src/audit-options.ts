export interface AuditOptions {
  /** Directory of the spool; it is created if it is missing. Only one process at a time may use it. */
  directory: string;
  /** Most bytes that the spool may take, including undelivered parts of earlier boots. */
  maxBytes: number;
}

export const AUDIT_OPTIONS = Symbol('AuditOptions');
