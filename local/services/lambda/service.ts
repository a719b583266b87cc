import { buffer } from 'node:stream/consumers';
import * as sdk from '@aws-sdk/client-lambda';
import { AwsError, type AwsService, type FunctionError, type Logger, type Stack } from '../../contracts.ts';
import type { Operations } from '../../wire/schema/operations.ts';
import { schemaService } from '../../wire/schema/service.ts';
import { aliasesOf, parseFunctionName } from './arn.ts';
import { payloadLimitBytes } from './errors.ts';
import type { Lambda } from './lambda.ts';

export interface LambdaServiceDependencies {
  readonly stack: Stack;
  readonly functions: Pick<Lambda, 'find' | 'invoke' | 'enqueue'>;
  readonly logger: Logger;
}

/** Bytes of an asynchronous invocation's event. Lambda quotas: 1 MB. */
const eventLimitBytes = 1024 * 1024;

/** Errors of the service itself, with their status; all other errors are the function's. */
const serviceErrors: Readonly<Record<string, number>> = {
  RequestTooLargeException: 413,
  ResourceNotFoundException: 404,
  ServiceException: 500,
  TooManyRequestsException: 429,
};

/** Lambda's API: invocation only. The stack makes functions, so no operation here does. */
export function lambdaService({ stack, functions, logger }: LambdaServiceDependencies): AwsService {
  return schemaService({
    sdk,
    client: new sdk.LambdaClient({ region: stack.region }),
    scopes: ['lambda'],
    logger,
    operations: invokeOperations(stack, functions),
  });
}

function invokeOperations(stack: Stack, functions: LambdaServiceDependencies['functions']) {
  return {
    async Invoke(input, { caller, signal }) {
      const arn = resolveArn(stack, input.FunctionName ?? '', input.Qualifier);
      caller.authorise('lambda:InvokeFunction', arn);
      if (!functions.find(arn)) throw fault('ResourceNotFoundException', `Function not found: ${arn}`);
      const type = input.InvocationType ?? 'RequestResponse';
      const event = parsePayload(input.Payload as Uint8Array | undefined, type);
      if (type === 'DryRun') return { StatusCode: 204 };
      if (type === 'Event') {
        functions.enqueue(arn, event);
        return { StatusCode: 202 };
      }
      const result = await functions.invoke(arn, event, signal);
      const answer = { StatusCode: 200, ExecutedVersion: '$LATEST' };
      if (result.kind === 'stream') return { ...answer, Payload: await buffer(result.body) };
      if (result.kind === 'payload') return { ...answer, Payload: json(result.payload) };
      if (result.error.errorType in serviceErrors) throw serviceFault(result.error);
      return { ...answer, FunctionError: 'Unhandled', Payload: json(result.error) };
    },
  } satisfies Operations<typeof sdk>;
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value ?? null));

/** Resolves a function's name or ARN, and an alias, to an ARN. */
function resolveArn(stack: Stack, named: string, given: string | undefined): string {
  const { name, qualifier = given } = parseFunctionName(named);
  if (!name) {
    throw fault('InvalidParameterValueException', `${named} is neither a function's name nor its ARN`);
  }
  const arn = `arn:aws:lambda:${stack.region}:${stack.accountId}:function:${name}`;
  if (!qualifier || qualifier === '$LATEST') return arn;
  if (!aliasesOf(stack, name).includes(qualifier)) {
    throw fault('ResourceNotFoundException', `Function not found: ${arn}:${qualifier}`);
  }
  return `${arn}:${qualifier}`;
}

/** @throws AwsError for what is no JSON, or too large */
function parsePayload(payload: Uint8Array | undefined, type: string): unknown {
  const text = Buffer.from(payload ?? []).toString();
  const limit = type === 'Event' ? eventLimitBytes : payloadLimitBytes;
  const bytes = Buffer.byteLength(text);
  if (bytes > limit) {
    throw fault(
      'RequestTooLargeException',
      `${bytes} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
    );
  }
  if (bytes === 0) return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fault(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
}

const fault = (code: string, message: string) => new AwsError(code, serviceErrors[code] ?? 400, message);
const serviceFault = ({ errorType, errorMessage }: FunctionError) => fault(errorType, errorMessage);
