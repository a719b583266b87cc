import type { Aggregate } from '@nova/shared/events/index';
import { contentProjection } from './content.ts';
import { jobProjection } from './job.ts';
import type { Projection } from './projection.ts';
import { sessionProjection } from './session.ts';
import { usageProjection } from './usage.ts';

/** The projection of each kind of stream. */
export const projections = {
  content: contentProjection,
  job: jobProjection,
  session: sessionProjection,
  usage: usageProjection,
} as const satisfies Record<Aggregate, Projection>;

/** The projection of a stream, its row type left aside. */
export function projectionOf(aggregate: Aggregate): Projection {
  return projections[aggregate];
}
