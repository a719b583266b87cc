import { join, resolve } from 'node:path';
import type { Credentials, InvokeResult, Logger } from '../contracts.ts';
import type { Faults } from '../faults/faults.ts';
import type { DatabaseFault } from '../faults/rates.ts';
import { type FaultSettings, parseFaults } from '../faults/settings.ts';
import { type Identities, identitiesOf } from '../iam/identities.ts';
import { closeOnce } from '../process/close-once.ts';
import { holdDataDirectory } from '../process/data-directory.ts';
import { endLeftovers } from '../process/predecessor.ts';
import { Warden } from '../process/warden.ts';
import type { Served } from '../services/api-gateway/access-log.ts';
import { type Gateway, type GatewayDependencies, startGateway } from '../services/api-gateway/gateway.ts';
import { type Bedrock, modelSettings, modelVariables } from '../services/bedrock/bedrock.ts';
import type { DynamoDb } from '../services/dynamodb/dynamodb.ts';
import { startEngine } from '../services/dynamodb/engine/engine.ts';
import type { BusListener } from '../services/eventbridge/router.ts';
import { Lambda, type LambdaDependencies } from '../services/lambda/lambda.ts';
import { permitsOf } from '../services/lambda/permissions.ts';
import { functionSegment, XrayDaemon } from '../services/xray/xray.ts';
import { unknownTypes } from '../stack/coverage.ts';
import { type LoadedStack, loadStack } from '../stack/load.ts';
import { startSteadyEndpoint } from './aws-endpoint.ts';
import { openAwsServices } from './aws-services.ts';
import { watchBundles } from './watch.ts';

export interface PlatformOptions {
  /** The synthesized stack: `cdktf.out/stacks/nova-platform/cdk.tf.json`. */
  readonly stackFile: string;
  /** The folder that contains a directory for each bundle. */
  readonly distDirectory: string;
  /** Everything that must survive a restart. */
  readonly dataDirectory: string;
  /** Port of the API; 0 takes a free one. */
  readonly port: number;
  readonly logger: Logger;
  /** `TF_VAR_*`, `DYNAMODB_ENDPOINT`, `PATH`, `NOVA_MODELS`, `NOVA_FAULTS`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly onServed?: (served: Served) => void;
  /** Called when the platform cannot continue. */
  readonly onFatal?: (error: Error) => void;
  readonly lambda?: Pick<
    LambdaDependencies,
    'limits' | 'retryDelaysMs' | 'timeoutFactor' | 'equalPriorities'
  >;
}

/** On a laptop, webhooks may call the laptop itself. */
const ownReceivers = { TF_VAR_webhook_internal_hosts: JSON.stringify(['localhost', '127.0.0.1', '[::1]']) };

/** The platform, running. */
export interface Platform {
  /** Without the stage: `http://127.0.0.1:4010`. */
  readonly url: string;
  /** Name of the API's stage, and so the first segment of every path. */
  readonly stage: string;
  /** Values of the enabled API keys, by their names in the stack's output. */
  readonly apiKeys: Readonly<Record<string, string>>;
  /** The stage of the synthesized stack, if it names one. */
  readonly stackStage: string | undefined;
  readonly region: string;
  readonly accountId: string;
  /** Where every AWS service answers. */
  readonly awsEndpoint: string;
  /** Credentials with all permissions at that endpoint. */
  readonly developer: Credentials;
  readonly functions: readonly string[];
  readonly engine: string;
  /** The source of the models' answers: the stand-in, or models on AWS. */
  readonly models: ReturnType<typeof modelSettings>;
  /** Faults that are injected from the start. */
  readonly faults: FaultSettings;
  /** The model stand-in, with the controls that tests use. */
  readonly bedrock: Bedrock;
  /** The tables, and the faults injected into requests to them. */
  readonly dynamodb: { readonly faults: Faults<DatabaseFault> };
  /** The event buses, for listeners. */
  readonly bus: {
    /** Calls the listener for every event that a bus accepts from now on. @returns a function that ends this */
    watch(listener: BusListener): () => void;
  };
  /**
   * Runs a function and waits for its answer.
   * @param bundle `event-projector`
   */
  invoke(bundle: string, payload: unknown): Promise<InvokeResult>;
  /** Asynchronous invocations that are not finished. */
  waiting(): number;
  /**
   * Kills one of a function's sandboxes with SIGKILL: a busy one, else any.
   * @param bundle any function when absent
   * @returns its process id; undefined when there is no sandbox
   */
  kill(bundle?: string): number | undefined;
  /** Ends everything; no process stays. */
  close(): Promise<void>;
}

/**
 * Starts everything that the stack declares.
 * @throws UserError with the fault and the remedy; everything opened so far is closed again
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const opened = new AsyncDisposableStack();
  const close = closeOnce(opened);
  try {
    return { ...(await bringUp(options, opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function bringUp(
  options: PlatformOptions,
  opened: AsyncDisposableStack,
): Promise<Omit<Platform, 'close'>> {
  const { logger, environment = {}, onFatal = () => {} } = options;
  const [dataDirectory, distDirectory] = [resolve(options.dataDirectory), resolve(options.distDirectory)];
  const variables = { ...modelVariables(environment), ...ownReceivers, ...environment };
  const stack = loadStack(options.stackFile, variables);
  const models = modelSettings(environment);
  const faults = parseFaults(environment.NOVA_FAULTS);
  const held = holdDataDirectory(dataDirectory);
  opened.defer(() => held.release());
  warnOfUnknownTypes(stack, logger);
  const record = join(dataDirectory, 'processes');
  const ended = endLeftovers(record, dataDirectory);
  if (ended > 0) logger.warn(`Ended ${ended} processes that an earlier platform left behind.`);
  const warden = new Warden(record);
  opened.defer(() => warden.close());
  const xray = await XrayDaemon.start(dataDirectory, logger.warn);
  opened.defer(() => xray.close());
  const engine = await startEngine({ dataDirectory, environment, warden, logger, onFatal });
  opened.defer(() => engine.close());

  const identities = identitiesOf(stack, dataDirectory, logger);
  const lambda = new Lambda({
    stack,
    distDirectory,
    dataDirectory,
    platform: {
      region: stack.region,
      awsEndpoint: () => endpoint.url,
      xrayAddress: xray.address,
      credentialsOf: (role, name) => identities.credentialsFor(role, name),
    },
    destinations: () => services.destinations,
    authorise: (...request) => authorise(...request),
    warden,
    logger,
    onTrail: (trail) => {
      const segment = functionSegment(trail, trail.name);
      if (segment) xray.keep(segment);
    },
    ...options.lambda,
  });
  opened.defer(() => lambda.close());
  const authoriseRole = roleAuthoriser(identities);
  const authorise = functionAuthoriser(identities, lambda);
  const services = await openAwsServices(
    { stack, dataDirectory, logger, engine, lambda, models, faults, authorise, authoriseRole },
    opened,
  );
  const endpoint = await startSteadyEndpoint(dataDirectory, {
    identities,
    services: services.all,
    logger,
  });
  opened.defer(() => endpoint.close());
  opened.defer(() => stopWork(services.dynamodb, lambda));

  const gateway = await startGateway({
    stack,
    dataDirectory,
    port: options.port,
    logger,
    invoke: permittedInvoke(stack, lambda),
    onServed: options.onServed,
  });
  opened.defer(() => gateway.close());
  opened.defer(watchBundles(distDirectory, (bundle) => reload(lambda, bundle, logger)));
  services.start();
  lambda.start();
  return {
    url: gateway.url,
    stage: gateway.api.stage,
    apiKeys: namedKeys(stack, gateway),
    stackStage: stack.output('stage') as string | undefined,
    region: stack.region,
    accountId: stack.accountId,
    awsEndpoint: endpoint.url,
    developer: identities.developer,
    functions: [...lambda.runners].map(({ definition }) => definition.bundle),
    engine: engine.description,
    models,
    faults,
    bedrock: services.bedrock,
    dynamodb: services.dynamodb,
    bus: services.bus,
    invoke: async (bundle, payload) => lambda.invoke(lambda.named(bundle).definition.arn, payload),
    waiting: () => lambda.waiting,
    kill: (bundle) => lambda.kill(bundle),
  };
}

function warnOfUnknownTypes(stack: LoadedStack, logger: Logger): void {
  const unknown = [...unknownTypes(stack)].map(([type, count]) => `${type} (${count})`);
  if (unknown.length > 0)
    logger.warn(`The local platform does not run these resources of the stack: ${unknown.join(', ')}.`);
}

/** Checks an action against a role, as a service that assumes it. */
function roleAuthoriser(identities: Identities) {
  return (roleArn: string, action: string, resource: string): void => {
    const { accessKeyId } = identities.credentialsFor(roleArn);
    identities.find(accessKeyId)?.caller.authorise(action, resource);
  };
}

/** Checks an action against the role of a function. */
function functionAuthoriser(identities: Identities, lambda: Lambda) {
  return (functionArn: string, action: string, resource: string): void => {
    const definition = lambda.find(functionArn)?.definition;
    if (!definition) throw new Error(`The stack has no function ${functionArn}.`);
    const { accessKeyId } = identities.credentialsFor(definition.roleArn, definition.name);
    identities.find(accessKeyId)?.caller.authorise(action, resource);
  };
}

/** Invokes a function for the API where the function's permissions allow API Gateway to. */
function permittedInvoke(stack: LoadedStack, lambda: Lambda): GatewayDependencies['invoke'] {
  const permits = permitsOf(stack);
  return async ({ functionArn, event, signal, traceRoot, sourceArn, apiKey }): Promise<InvokeResult> => {
    if (permits(functionArn, 'apigateway.amazonaws.com', sourceArn)) {
      return lambda.invokeFor(apiKey, functionArn, event, signal, { traceRoot });
    }
    const errorMessage = `no aws_lambda_permission lets API Gateway invoke ${functionArn} for ${sourceArn}`;
    return { kind: 'error', error: { errorType: 'AccessDeniedException', errorMessage } };
  };
}

/**
 * Stops functions while the services they call still answer. Streams are stopped first, so that a stopping function does
 * not look like a failure to them.
 */
async function stopWork(dynamodb: DynamoDb, lambda: Lambda): Promise<void> {
  const stopped = dynamodb.stop();
  lambda.stop();
  await stopped;
}

function reload(lambda: Lambda, bundle: string, logger: Logger): void {
  if (lambda.reload(bundle)) logger.info(`${bundle} was rebuilt; its next call runs the new code.`);
}

/** Values of enabled keys, by the names in the stack's output `api_key_ids`; by their own names where it has none. */
function namedKeys(stack: LoadedStack, { api, keyValues }: Gateway): Record<string, string> {
  const ids = (stack.output('api_key_ids') ?? {}) as Record<string, string>;
  const given = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
  const enabled = api.plans.flatMap(({ keys }) => keys.filter((key) => key.enabled));
  return Object.fromEntries(enabled.map(({ id, name }) => [given.get(id) ?? name, keyValues.get(id) ?? '']));
}
