/** Who asks, in the words of the registry. Of a `Principal`, only this matters to policy. */
export interface Requester {
  readonly user: string;
  readonly groups: readonly string[];
}

/** The subjects of policies that the caller matches. */
export const subjectsOf = (caller: Requester): string[] => [
  `user:${caller.user}`,
  ...caller.groups.map((group) => `group:${group}`),
  'authenticated',
];
