/** Which gateway this process is a replica of. */
export interface OwnGateway {
  /** Registry name; null until the replica has enrolled. */
  readonly name: string | null;
  /** The registry name, or the host until there is one: how errors, logs and records name this gateway. */
  readonly label: string;
  /** The gateway's own URL, without a trailing slash. */
  readonly url: string;
  /** `host[:port]` of that URL. */
  readonly host: string;
}

/** Injection token of {@link OwnGateway}. */
export const OWN_GATEWAY = Symbol('OwnGateway');
