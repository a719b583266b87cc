import { OperatorRequest } from '@nova/shared/operations';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import type { OperatorDependencies } from './dependencies.ts';
import { redrive } from './redrive.ts';
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
