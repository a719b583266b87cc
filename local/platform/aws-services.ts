import type { AwsService, Logger, Stack } from '../contracts.ts';
import type { FaultSettings } from '../faults/settings.ts';
import { type Bedrock, createBedrock, type modelSettings } from '../services/bedrock/bedrock.ts';
import { DynamoDb } from '../services/dynamodb/dynamodb.ts';
import type { Engine } from '../services/dynamodb/engine/engine.ts';
import { type LocalEventBridge, openEventBridge } from '../services/eventbridge/eventbridge.ts';
import type { Destinations } from '../services/lambda/destinations.ts';
import type { Lambda } from '../services/lambda/lambda.ts';
import { lambdaService } from '../services/lambda/service.ts';
import { openS3 } from '../services/s3/s3.ts';
import { openS3Vectors } from '../services/s3-vectors/s3-vectors.ts';
import { openScheduler } from '../services/scheduler/scheduler.ts';
import { openSqs } from '../services/sqs/sqs.ts';
import { openTranscribe } from '../services/transcribe/transcribe.ts';

export interface AwsServicesDependencies {
  readonly stack: Stack;
  readonly dataDirectory: string;
  readonly logger: Logger;
  readonly engine: Engine;
  readonly lambda: Lambda;
  readonly models: ReturnType<typeof modelSettings>;
  readonly faults: FaultSettings;
  /** @throws AwsError where a function's role does not allow an action */
  readonly authorise: (functionArn: string, action: string, resource: string) => void;
  /** @throws AwsError where a role does not allow an action */
  readonly authoriseRole: (roleArn: string, action: string, resource: string) => void;
}

/** The services behind the local AWS endpoint, wired to each other. */
export interface AwsServices {
  readonly all: readonly AwsService[];
  readonly dynamodb: DynamoDb;
  readonly bedrock: Bedrock;
  readonly bus: Pick<LocalEventBridge, 'watch'>;
  /** Destinations for the outcomes of invocations. */
  readonly destinations: Destinations;
  /** Resumes what a restart interrupted; call it once functions can run. */
  start(): void;
}

/**
 * Opens the services of a stack in the order of their dependencies: SQS, EventBridge, S3, and the services that use them.
 * @param opened takes each service as soon as it is open
 */
export async function openAwsServices(
  dependencies: AwsServicesDependencies,
  opened: AsyncDisposableStack,
): Promise<AwsServices> {
  const { stack, dataDirectory, logger, engine, lambda, models, faults, authorise, authoriseRole } =
    dependencies;
  const common = { stack, dataDirectory, logger };
  const sqs = openSqs(common);
  opened.defer(() => sqs.service.close?.());
  const events = openEventBridge({ ...common, functions: lambda, queues: sqs.sender });
  opened.defer(() => events.service.close?.());
  const s3 = await openS3({ ...common, publisher: events.publisher });
  opened.defer(() => s3.service.close?.());
  const vectors = openS3Vectors(common);
  opened.defer(() => vectors.close?.());
  const bedrock = createBedrock({ ...common, objects: s3.objects, faults: faults.models, ...models });
  const transcribe = openTranscribe({
    ...common,
    objects: s3.objects,
    publisher: events.publisher,
    decoder: models.sound,
  });
  opened.defer(() => transcribe.service.close?.());
  const scheduler = openScheduler({
    ...common,
    functions: lambda,
    isFunction: (arn) => lambda.has(arn),
    queues: sqs.sender,
    authorise: authoriseRole,
  });
  opened.defer(() => scheduler.service.close?.());
  const destinations = { events: events.publisher, objects: s3.objects, queues: sqs.sender };
  const dynamodb = await DynamoDb.open({
    stack,
    dataDirectory,
    logger,
    engine,
    destinations: () => destinations,
    invoke: (arn, payload, requestId) => lambda.invoke(arn, payload, undefined, { requestId }),
    authorise: ({ functionArn }, action, resource) => authorise(functionArn, action, resource),
    matches: events.matches,
    faults: faults.dynamodb,
  });
  opened.defer(() => dynamodb.close());
  const functions = lambdaService({ stack, functions: lambda, logger });
  const all = [
    dynamodb.service,
    s3.service,
    vectors,
    bedrock,
    sqs.service,
    events.service,
    functions,
    transcribe.service,
    scheduler.service,
  ];
  const start = () => {
    dynamodb.start();
    events.start();
    transcribe.start();
    scheduler.start();
  };
  return { all, dynamodb, bedrock, bus: events, destinations, start };
}
