import { join } from 'node:path';
import { functionTag } from '@nova/shared/functions';
import { type Stack, StackError, type StackResource } from '../../contracts.ts';
import { blockOf, numberOf, optionalText, textOf } from '../../stack/read.ts';

/** A function of the stack, as a sandbox needs it. */
export interface FunctionDefinition {
  readonly name: string;
  /** Name of its bundle, and of its log file. */
  readonly bundle: string;
  readonly arn: string;
  readonly roleArn: string;
  /** `index.handler` */
  readonly handler: string;
  readonly runtime: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly tracing: boolean;
  readonly logging: { readonly group: string; readonly json: boolean; readonly level: string | undefined };
  /** Most sandboxes at once; absent when the stack reserves none. */
  readonly reservedConcurrency: number | undefined;
  /** Whether the stack feeds it from a stream. */
  readonly readsStream: boolean;
  /** Dead letter queue of asynchronous invocations that failed every retry. */
  readonly deadLetterArn: string | undefined;
  /** Directory its code is in. */
  readonly directory: string;
  /** Base64 SHA-256 of the zip the stack was synthesized with; absent for an image. */
  readonly codeHash: string | undefined;
}

/**
 * The functions of the stack.
 * @param distDirectory where each bundle is built to a directory of its own
 * @param timeoutFactor multiplies the timeouts of the stack
 * @throws StackError for a function that lacks what it needs to run
 */
export function functionsOf(stack: Stack, distDirectory: string, timeoutFactor = 1): FunctionDefinition[] {
  const mappings = stack.of('aws_lambda_event_source_mapping').map(({ values }) => values.function_name);
  return stack.of('aws_lambda_function').map((resource) => {
    const definition = defineFunction(resource, distDirectory);
    const readsStream = mappings.includes(definition.arn);
    return { ...definition, readsStream, timeoutSeconds: definition.timeoutSeconds * timeoutFactor };
  });
}

function defineFunction(
  resource: StackResource,
  distDirectory: string,
): Omit<FunctionDefinition, 'readsStream'> {
  const name = textOf(resource, 'function_name');
  const image = optionalText(resource, 'package_type') === 'Image';
  const tags = blockOf(resource, 'tags');
  const bundle = tags?.[functionTag];
  if (typeof bundle !== 'string') {
    throw new StackError(`${resource.address}: the tag ${functionTag} must name the bundle it runs.`);
  }
  const logging = blockOf(resource, 'logging_config');
  const reserved = numberOf(resource, 'reserved_concurrent_executions', -1);
  return {
    name,
    bundle,
    arn: textOf(resource, 'arn'),
    roleArn: textOf(resource, 'role'),
    handler: image ? imageCommand(resource) : textOf(resource, 'handler'),
    runtime: optionalText(resource, 'runtime') ?? 'nodejs24.x',
    memoryMb: numberOf(resource, 'memory_size', 128),
    timeoutSeconds: numberOf(resource, 'timeout', 3),
    environment: variablesOf(resource),
    tracing: blockOf(resource, 'tracing_config')?.mode === 'Active',
    logging: {
      group: String(logging?.log_group ?? `/aws/lambda/${name}`),
      json: logging?.log_format === 'JSON',
      level: logging?.application_log_level as string | undefined,
    },
    reservedConcurrency: reserved < 0 ? undefined : reserved,
    deadLetterArn: blockOf(resource, 'dead_letter_config')?.target_arn as string | undefined,
    directory: join(distDirectory, bundle),
    codeHash: image ? undefined : optionalText(resource, 'source_code_hash'),
  };
}

function imageCommand(resource: StackResource): string {
  const command = blockOf(resource, 'image_config')?.command;
  const [handler] = Array.isArray(command) ? command : [];
  if (typeof handler !== 'string') {
    throw new StackError(`${resource.address}: image_config.command must name the handler.`);
  }
  return handler;
}

function variablesOf(resource: StackResource): Record<string, string> {
  const variables = blockOf(resource, 'environment')?.variables ?? {};
  return Object.fromEntries(Object.entries(variables as object).map(([key, value]) => [key, String(value)]));
}
