import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../../../scripts/toolchain/paths.mjs';

/** Where the package of the official suite lies. */
export const SUITE = join(ROOT, 'node_modules', '@modelcontextprotocol', 'conformance');

/** The revisions whose requirements are run, each on its own wire. */
export const REVISIONS = ['2025-11-25', '2026-07-28'] as const;
export type Revision = (typeof REVISIONS)[number];

/** Who is asked: a server, or a client whose scenario is the server. */
export type Side = 'server' | 'client';

interface RequirementFile {
  server: string[];
  client: string[];
  not_scored: { scenario: string; leg: Side }[];
}

/** Scenarios of one side of a revision: what conformance requires, and what is run besides. */
export interface RequirementSet {
  scored: string[];
  unscored: string[];
}

/** Reads the frozen set that comes with the suite. */
export function requirementSet(revision: Revision, side: Side): RequirementSet {
  const file = parse(
    readFileSync(join(SUITE, 'requirements', `${revision}.yaml`), 'utf8'),
  ) as RequirementFile;
  const unscored = file.not_scored.filter(({ leg }) => leg === side).map(({ scenario }) => scenario);
  return { scored: file[side], unscored };
}

/**
 * Scenarios for clients that can go through a gateway. The others are about the discovery of an authorization server
 * from metadata at the scenario's own origin: behind a gateway that origin is the gateway's.
 */
export const clientScenarios = (revision: Revision): string[] => {
  const { scored, unscored } = requirementSet(revision, 'client');
  return [...scored, ...unscored].filter((scenario) => !scenario.startsWith('auth/'));
};
