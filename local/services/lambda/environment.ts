import type { Credentials } from '../../contracts.ts';
import type { FunctionDefinition } from './definition.ts';

/** What a sandbox needs from the platform. */
export interface SandboxPlatform {
  readonly region: string;
  /** Address of every AWS service: `http://127.0.0.1:<port>`. Read when a sandbox starts. */
  awsEndpoint(): string;
  /** `127.0.0.1:<port>` of the X-Ray daemon. */
  readonly xrayAddress: string;
  /** Credentials of a role, as one function assumes it. */
  credentialsOf(roleArn: string, functionName: string): Credentials;
  /** A directory of its own for a function's HOME and temporary files. */
  scratchOf(bundle: string): string;
}

/**
 * The whole environment of a sandbox, as Lambda sets it; nothing of the developer's environment is passed on.
 * @param runtimeApi `127.0.0.1:<port>`
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function sandboxEnvironment(
  definition: FunctionDefinition,
  platform: SandboxPlatform,
  runtimeApi: string,
): Record<string, string> {
  const { accessKeyId, secretAccessKey } = platform.credentialsOf(definition.roleArn, definition.name);
  const scratch = platform.scratchOf(definition.bundle);
  return {
    ...definition.environment,
    _HANDLER: definition.handler,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: platform.region,
    AWS_DEFAULT_REGION: platform.region,
    AWS_ENDPOINT_URL: platform.awsEndpoint(),
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logging.group,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    ...(definition.logging.json
      ? { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: definition.logging.level ?? 'INFO' }
      : {}),
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: platform.xrayAddress,
    LAMBDA_TASK_ROOT: definition.directory,
    LAMBDA_RUNTIME_DIR: definition.directory,
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
    // Lambda does not set these: they hide the developer's ~/.aws and the machine's /tmp from the function.
    HOME: scratch,
    TMPDIR: scratch,
  };
}

/**
 * V8's limits for a sandbox's memory, as Lambda's own bootstrap sets them: 90 % old space, 5 % semi space.
 * @param memoryMb the function's memory size
 */
export const heapFlags = (memoryMb: number) => [
  `--max-old-space-size=${Math.floor((memoryMb * 90) / 100)}`,
  `--max-semi-space-size=${Math.floor((memoryMb * 5) / 100)}`,
];
