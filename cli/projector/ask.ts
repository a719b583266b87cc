import { InvokeCommand } from '@aws-sdk/client-lambda';
import { liveAlias } from '@nova/shared/naming';
import type { OperatorRequest } from '@nova/shared/operations';
import * as z from 'zod';
import type { Connection } from '../connection/connection.ts';
import { CliError } from '../errors.ts';
import { oneLine } from '../output/text.ts';

/**
 * Asks the projector for one slice of work.
 * @throws CliError when it failed, the SDK's error when it could not be asked
 */
export type Ask = <S extends z.ZodType>(
  request: OperatorRequest,
  answer: S,
  signal: AbortSignal,
) => Promise<z.output<S>>;

/** What a function says of its own failure. */
const Failure = z.object({ errorType: z.string(), errorMessage: z.string() });
type Failure = z.infer<typeof Failure>;

/** Ends of a sandbox, not of the work: the same slice may go well in another. */
const passing = /^(Sandbox\.Timedout|Runtime\.\w+)$/;
const attempts = 3;

/** Asks the deployed projector, by invoking it. A slice may be asked for again, so one whose sandbox ended is. */
export function askProjector({ lambda, functionName }: Pick<Connection, 'lambda' | 'functionName'>): Ask {
  const FunctionName = functionName('event-projector');
  return async (request, answer, signal) => {
    for (let attempt = 1; ; attempt++) {
      const { Payload, FunctionError } = await lambda.send(
        new InvokeCommand({ FunctionName, Qualifier: liveAlias, Payload: JSON.stringify(request) }),
        { abortSignal: signal },
      );
      const payload = jsonOf(Payload);
      if (!FunctionError) return read(FunctionName, request, answer, payload);
      const failure = failureOf(payload);
      if (passing.test(failure.errorType) && attempt < attempts) continue;
      throw new CliError(
        `${FunctionName} failed to ${request.operation}: ${failure.errorType}: ${oneLine(failure.errorMessage)}. Its log says more.`,
      );
    }
  };
}

function read<S extends z.ZodType>(
  name: string,
  { operation }: OperatorRequest,
  schema: S,
  payload: unknown,
) {
  const answer = schema.safeParse(payload);
  if (answer.success) return answer.data;
  throw new CliError(
    `${name} does not know ${operation} as this version asks for it: deploy this version (or \`make build\` and restart \`make dev\`), or use the CLI of the version that runs.`,
  );
}

const failureOf = (payload: unknown): Failure => {
  const failure = Failure.safeParse(payload);
  return failure.success ? failure.data : { errorType: 'Error', errorMessage: JSON.stringify(payload) };
};

function jsonOf(payload: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
}
