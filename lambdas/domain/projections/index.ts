import type { Aggregate } from '@nova/shared/events/index';
import { contentProjection, contentProjectionWithoutTriggers } from './content.ts';
import { jobProjection, jobProjectionWithoutWebhooks } from './job.ts';
import type { Projection } from './projection.ts';
import { sessionProjection } from './session.ts';
import { usageProjection } from './usage.ts';

/** For each kind of stream, the versions of its projection that this build can run: the newest last. */
export type Projections = Readonly<Record<Aggregate, readonly [Projection, ...Projection[]]>>;

/**
 * A version stays here as long as a stage reads its rows: a replay builds the rows of the newest version beside those of
 * the version before.
 */
export const projections: Projections = {
  content: [contentProjectionWithoutTriggers, contentProjection],
  job: [jobProjectionWithoutWebhooks, jobProjection],
  session: [sessionProjection],
  usage: [usageProjection],
};

/** The projection that a replay uses. */
export function newest(all: Projections, aggregate: Aggregate): Projection {
  return all[aggregate].at(-1) ?? all[aggregate][0];
}

/** @throws UnknownProjectionError when this build does not contain the version */
export function projectionAt(all: Projections, aggregate: Aggregate, version: number): Projection {
  const found = all[aggregate].find((projection) => projection.version === version);
  if (found) return found;
  const known = all[aggregate].map((projection) => projection.version).join(', ');
  throw new UnknownProjectionError(
    `Rows of ${aggregate} are built by version ${version} of the projection; this build has ${known}. Deploy one that has it.`,
  );
}

/** The rows of the read model come from a projection that this build does not contain. */
export class UnknownProjectionError extends Error {
  override readonly name = 'UnknownProjectionError';
}
