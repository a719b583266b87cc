import { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { type FunctionContract, type FunctionName, functions, functionTag } from '@nova/shared/functions';
import { functionLogsOf, functionNameOf, liveAlias } from '@nova/shared/naming';
import { Construct } from 'constructs';
import type { Statement } from '../iam/policy.ts';
import { logGroup } from '../observability/logs.ts';
import type { Settings } from '../settings.ts';
import type { Code } from './code.ts';
import { type EnvironmentValues, environmentOf } from './environment.ts';
import { FunctionRole } from './function-role.ts';

export interface NovaFunctionProps {
  readonly settings: Settings;
  readonly name: FunctionName;
  readonly environment: EnvironmentValues;
  /** Permissions beyond its own logs and traces. */
  readonly permissions: readonly Statement[];
  /** ARN of the permissions boundary. */
  readonly boundary: string | undefined;
  /** The most invocations that run at once; as many as the account allows when undefined. */
  readonly reservedConcurrency: number | undefined;
  readonly code: (scope: Construct) => Code;
}

/**
 * A function of the contract, with its own log group and role. Each change publishes a version. Callers use the alias; a
 * rollout moves it from one version to the next, so Terraform ignores its version.
 */
export class NovaFunction extends Construct {
  readonly functionName: string;
  /** ARN of the alias. */
  readonly arn: string;
  /** Name of the alias, which permissions to invoke must name. */
  readonly qualifier: string;
  readonly logGroup: string;

  constructor(scope: Construct, id: string, props: NovaFunctionProps) {
    super(scope, id);
    const { settings, name, environment, permissions, boundary, reservedConcurrency, code } = props;
    const { description, memoryMb, timeoutSeconds }: FunctionContract = functions[name];
    const functionName = functionNameOf(settings.prefix, name);
    const logs = logGroup(this, functionLogsOf(settings.prefix, name), settings);
    const role = new FunctionRole(this, 'role', {
      functionName,
      logGroupArn: logs.arn,
      permissions,
      boundary,
    });
    const lambda = new LambdaFunction(this, 'function', {
      functionName,
      description,
      role: role.arn,
      memorySize: memoryMb,
      timeout: timeoutSeconds,
      publish: true,
      ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
      architectures: ['arm64'],
      ...code(this),
      environment: { variables: environmentOf(name, environment, settings) },
      tracingConfig: { mode: 'Active' },
      loggingConfig: {
        logGroup: logs.name,
        logFormat: 'JSON',
        applicationLogLevel: settings.logLevel,
        systemLogLevel: 'INFO',
      },
      tags: { [functionTag]: name },
      // The policy comes first: a function that starts without it fails its first invocations.
      dependsOn: [role.policy],
    });
    const alias = new LambdaAlias(this, 'alias', {
      name: liveAlias,
      description: 'What callers call',
      functionName: lambda.functionName,
      functionVersion: lambda.version,
      lifecycle: { ignoreChanges: ['function_version', 'routing_config'] },
    });
    this.logGroup = logs.name;
    this.functionName = alias.functionName;
    this.arn = alias.arn;
    this.qualifier = alias.name;
  }
}
