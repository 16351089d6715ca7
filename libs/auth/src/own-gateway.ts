/** Which gateway this process is a replica of. */
export interface OwnGateway {
  /** Registry name; null until the replica has enrolled. */
  readonly name: string | null;
}

/** Injection token of {@link OwnGateway}. */
export const OWN_GATEWAY = Symbol('OwnGateway');
