import { InvokeCommand } from '@aws-sdk/client-lambda';
import { liveAlias } from '@nova/shared/naming';
import type { OperatorRequest } from '@nova/shared/operations';
import * as z from 'zod';
import type { Connection } from '../connection/connection.ts';
import { CliError } from '../errors.ts';
import { parseJson } from '../json.ts';
import { oneLine } from '../output/text.ts';

/**
 * Invokes the projector for one slice of work.
 * @throws CliError when the projector failed, the SDK's error when it could not be invoked
 */
export type AskProjector = <S extends z.ZodType>(
  request: OperatorRequest,
  schema: S,
  signal: AbortSignal,
) => Promise<z.output<S>>;

/** The response of a function that failed. */
const Failure = z.object({ errorType: z.string(), errorMessage: z.string() });
type Failure = z.infer<typeof Failure>;

/** Failures of the sandbox, not of the work: the same slice may succeed in another sandbox. */
const sandboxFailure = /^(Sandbox\.Timedout|Runtime\.\w+)$/;
const maxAttempts = 3;

/** Asks the deployed projector. A slice can be repeated, so it is retried when its sandbox failed. */
export function projectorOf({
  lambda,
  functionName,
}: Pick<Connection, 'lambda' | 'functionName'>): AskProjector {
  const FunctionName = functionName('event-projector');
  return async (request, schema, signal) => {
    for (let attempt = 1; ; attempt++) {
      const { Payload, FunctionError } = await lambda.send(
        new InvokeCommand({ FunctionName, Qualifier: liveAlias, Payload: JSON.stringify(request) }),
        { abortSignal: signal },
      );
      const payload = parseJson(new TextDecoder().decode(Payload));
      if (!FunctionError) return parseResponse(FunctionName, request, schema, payload);
      const failure = failureOf(payload);
      if (sandboxFailure.test(failure.errorType) && attempt < maxAttempts) continue;
      throw new CliError(
        `${FunctionName} failed to ${request.operation}: ${failure.errorType}: ${oneLine(failure.errorMessage)}. See its log.`,
      );
    }
  };
}

function parseResponse<S extends z.ZodType>(
  name: string,
  { operation }: OperatorRequest,
  schema: S,
  payload: unknown,
) {
  const response = schema.safeParse(payload);
  if (response.success) return response.data;
  throw new CliError(
    `${name} does not support ${operation} as this version of the CLI requests it: deploy this version (on this machine: \`make build\`, then restart \`make dev\`), or use the CLI of the deployed version.`,
  );
}

const failureOf = (payload: unknown): Failure => {
  const failure = Failure.safeParse(payload);
  return failure.success ? failure.data : { errorType: 'Error', errorMessage: JSON.stringify(payload) };
};
