/** Which gateway this process is a replica of. */
export interface OwnGateway {
  /** Registry name; null until the replica has enrolled. */
  readonly name: string | null;
  /** The gateway's own URL, without a trailing slash. */
  readonly url: string;
  /** `host[:port]` of that URL. */
  readonly host: string;
  /** What faults, logs and audit parts call this gateway: the registry name or, until there is one, the host. */
  readonly label: string;
}

/** Injection token of {@link OwnGateway}. */
export const OWN_GATEWAY = Symbol('OwnGateway');
