import type { SynthesizedStack } from '../synthesized-stack.ts';
import { guardedApi } from './api.ts';
import type { Check, Finding, StageTraits } from './check.ts';
import { nothingByTheHour } from './costs.ts';
import { encrypted, onlyOverTls, privateBuckets, protectedTables } from './data.ts';
import { failuresHaveAHome, imagesByDigest, loggedAndTraced, watchedByAlarms } from './functions.ts';
import { conditionKeysHad, knownActions, resourcesTaken } from './grants.ts';
import { noPublicAccess, noWildcards, trustsNamed } from './permissions.ts';

/** Requirements of every stage, by name; docs/security.md lists the scanner checks that each of them covers. */
export const checks = {
  'no-wildcards': noWildcards,
  'no-public-access': noPublicAccess,
  'trusts-named': trustsNamed,
  'known-actions': knownActions,
  'resources-taken': resourcesTaken,
  'condition-keys-had': conditionKeysHad,
  'private-buckets': privateBuckets,
  encrypted,
  'only-over-tls': onlyOverTls,
  'protected-tables': protectedTables,
  'logged-and-traced': loggedAndTraced,
  'failures-have-a-home': failuresHaveAHome,
  'watched-by-alarms': watchedByAlarms,
  'images-by-digest': imagesByDigest,
  'guarded-api': guardedApi,
  'nothing-by-the-hour': nothingByTheHour,
} as const satisfies Record<string, Check>;

export type CheckName = keyof typeof checks;

/** All violations in a stack. */
export const findingsIn = (
  stack: SynthesizedStack,
  traits: StageTraits,
): (Finding & { check: CheckName })[] =>
  (Object.keys(checks) as CheckName[]).flatMap((check) =>
    checks[check](stack, traits).map((finding) => ({ ...finding, check })),
  );
