import type { Redriven } from '@nova/shared/operations';
import type { Context } from 'aws-lambda';
import { projectCommits } from '../project/project-commits.ts';
import type { OperatorDependencies } from './dependencies.ts';

/**
 * Projects and publishes one commit again, as the store has it now, since the quarantined copy may be outdated. It also
 * fills gaps before the commit.
 * @param version of the commit's first event
 */
export async function redrive(
  dependencies: OperatorDependencies,
  stream: string,
  version: number,
  context: Context,
): Promise<Redriven> {
  const item = await dependencies.log.commit(stream, version);
  if (!item) return { outcome: 'missing' };
  const [state, commits] = await Promise.all([dependencies.states.load(), dependencies.history.read([item])]);
  const [rejected] = await projectCommits(dependencies, state, commits, context);
  return rejected ? { outcome: 'unreadable', reason: rejected.reason } : { outcome: 'projected' };
}
