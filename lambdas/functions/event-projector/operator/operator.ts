import type { Redriven } from '@nova/shared/operations';
import { OperatorRequest } from '@nova/shared/operations';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { projectCommits } from '../project/project-commits.ts';
import type { OperatorDependencies } from './dependencies.ts';
import { replaySlice } from './replay/replay.ts';
import { verifySlice } from './verify/verify.ts';

/** Serves the requests by which operators invoke the projector: each does one slice of the work. */
export function operator(dependencies: OperatorDependencies) {
  return async (event: unknown, context: Context) => {
    const parsed = OperatorRequest.safeParse(event);
    if (!parsed.success) {
      throw new UnknownRequestError(
        `Neither records of a stream nor an operator's request: ${z.prettifyError(parsed.error)}`,
      );
    }
    const request = parsed.data;
    switch (request.operation) {
      case 'replay':
        return replaySlice(dependencies, request.projection, context);
      case 'verify':
        return verifySlice(dependencies, request.cursor);
      case 'redrive':
        return redrive(dependencies, request.stream, request.version, context);
    }
  };
}

/** The function was invoked with neither stream records nor an operator's request. */
export class UnknownRequestError extends Error {
  override readonly name = 'UnknownRequestError';
}

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
