import type { ListView } from '#libs/envelope';

/** What a caller sees who may not use the tool `rm`, nor read resources. */
export const WITHOUT_RM: ListView = {
  hides: (kind) => kind === 'tools',
  maySee: (_, name) => name !== 'rm',
  isPrivate: () => true,
  mayReadResources: false,
};
