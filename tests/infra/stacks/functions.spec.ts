import { globSync, readFileSync } from 'node:fs';
import { variables } from '@nova/shared/environment';
import { type FunctionContract, functionNames, functions } from '@nova/shared/functions';
import { limits } from '@nova/shared/limits';
import { subscribers } from '@nova/shared/subscriptions';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Resource } from '../../../review/synthesized-stack.ts';
import { type Synthesis, synthesize } from '../testing/synthesize.ts';

let synthesis: Synthesis;
beforeAll(() => {
  synthesis = synthesize('dev');
});

const lambda = (name: string) =>
  synthesis.platform.one('aws_lambda_function', { function_name: `nova-dev-${name}` });
const environmentOf = ({ values }: Resource) =>
  (values.environment as { variables: Record<string, string> }).variables;

/** Adapters that read their variables from the environment that a handler passes to them. */
const opened = {
  'openEventStore(': 'lambdas/event-store/dynamodb-store.ts',
  'openBudgetCheck(': 'lambdas/usage/budget-check.ts',
  'openJobQueue(': 'lambdas/jobs/queue/job-queue.ts',
};
const adaptersIn = (handler: string) =>
  Object.entries(opened).flatMap(([call, path]) =>
    handler.includes(call) ? [readFileSync(path, 'utf8')] : [],
  );

describe('functions', () => {
  it('are exactly those of the contract', () => {
    const names = synthesis.platform.of('aws_lambda_function').map(({ values }) => values.function_name);

    expect(names.sort()).toEqual(functionNames.map((name) => `nova-dev-${name}`).sort());
  });

  it.each(functionNames)('%s has the size, the tag and the settings of its contract', (name) => {
    const contract: FunctionContract = functions[name];

    expect(lambda(name).values).toMatchObject({
      memory_size: contract.memoryMb,
      timeout: contract.timeoutSeconds,
      architectures: ['arm64'],
      tracing_config: { mode: 'Active' },
      tags: { NovaFunction: name },
      package_type: contract.packaging === 'zip' ? 'Zip' : 'Image',
    });
  });

  it.each(functionNames)(
    '%s has the variables of its contract, and those of Powertools and the C library',
    (name) => {
      const given = Object.keys(environmentOf(lambda(name)));

      const own = given.filter((variable) => !/^(POWERTOOLS|MALLOC)_/.test(variable));
      expect(own.sort()).toEqual([...functions[name].environment].sort());
      expect(given).toEqual(
        expect.arrayContaining([
          'POWERTOOLS_SERVICE_NAME',
          'POWERTOOLS_METRICS_NAMESPACE',
          'POWERTOOLS_LOG_LEVEL',
          'MALLOC_TRIM_THRESHOLD_',
          'MALLOC_ARENA_MAX',
        ]),
      );
    },
  );

  it.each(functionNames)('%s reads every variable of its contract', (name) => {
    const files = globSync(`lambdas/functions/${name}/**/*.ts`).filter((file) => !file.endsWith('.spec.ts'));
    const own = files.map((file) => readFileSync(file, 'utf8')).join('\n');
    const sources = [own, ...adaptersIn(own)].join('\n');

    const unread = functions[name].environment.filter(
      (variable) => !sources.includes(`environment.${variable}`),
    );
    expect(unread).toEqual([]);
  });

  it.each(functionNames)('%s can parse its variables', (name) => {
    const given = environmentOf(lambda(name));

    for (const variable of functions[name].environment) {
      const value = synthesis.platform.withDefaults(String(given[variable]));
      expect(variables[variable].safeParse(value).error).toBeUndefined();
    }
  });

  it.each(functionNames)('%s logs to its own group with a retention', (name) => {
    const logging = lambda(name).values.logging_config as Record<string, unknown>;

    const group = synthesis.platform.referred(logging.log_group);
    expect(group.values).toMatchObject({
      name: `/aws/lambda/nova-dev-${name}`,
      retention_in_days: synthesis.settings.retention.logs,
    });
  });

  it('run from zips beside the stack, on the Node version of the project', () => {
    const zips = synthesis.platform.of('aws_lambda_function').filter(({ values }) => values.filename);

    expect(zips).toHaveLength(functionNames.length - 1);
    for (const { values } of zips) {
      expect(values).toMatchObject({ handler: 'index.handler', runtime: 'nodejs24.x' });
      expect(values.filename).toMatch(/^assets\/[\w-]+\/\w+\/[a-z-]+\.zip$/);
      expect(values.source_code_hash).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    }
  });

  it('pin the image of agent-core by a digest that Terraform checks', () => {
    const { values } = lambda('agent-core');

    expect(values.image_uri).toMatch(
      /\.dkr\.ecr\.us-east-1\.amazonaws\.com\/nova-dev-agent-core@\$\{var\.agent_core_image_digest\}$/,
    );
    expect(values.image_config).toEqual({ command: ['index.handler'] });
    const digest = synthesis.platform.file.variable?.agent_core_image_digest;
    expect(digest?.validation).toMatchObject([
      { condition: expect.stringContaining('^sha256:[0-9a-f]{64}$') },
    ]);
  });
});

describe('the event store stream', () => {
  it('feeds the projector from the beginning, with bounded retries, and keeps failed batches', () => {
    const mapping = synthesis.platform.the('aws_lambda_event_source_mapping');

    expect(mapping.values).toMatchObject({
      starting_position: 'TRIM_HORIZON',
      batch_size: limits.streamBatchSize,
      parallelization_factor: 1,
      function_response_types: ['ReportBatchItemFailures'],
      bisect_batch_on_function_error: true,
      maximum_retry_attempts: 5,
    });
    const { platform } = synthesis;
    expect(platform.invoked(mapping.values.function_name)).toEqual(lambda('event-projector'));
    expect(platform.referred(mapping.values.event_source_arn).values.name).toBe('nova-dev-event-store');
    const destination = mapping.values.destination_config as { on_failure: { destination_arn: string } };
    expect(platform.referred(destination.on_failure.destination_arn).values.bucket).toMatch(
      /^nova-dev-failures-/,
    );
  });
});

describe('versions', () => {
  it.each(functionNames)(
    '%s publishes a version with each change, behind an alias that a rollout moves',
    (name) => {
      const alias = synthesis.platform
        .of('aws_lambda_alias')
        .find(
          ({ values }) => synthesis.platform.referred(values.function_name).address === lambda(name).address,
        );

      expect(lambda(name).values.publish).toBe(true);
      expect(alias?.values).toMatchObject({
        name: 'live',
        function_version: `\${${lambda(name).address}.version}`,
        lifecycle: { ignore_changes: ['function_version', 'routing_config'] },
      });
    },
  );

  it('are the only way to invoke a function', () => {
    for (const type of ['aws_lambda_permission', 'aws_lambda_function_event_invoke_config']) {
      for (const { values } of synthesis.platform.of(type)) {
        expect(synthesis.platform.referred(values.qualifier).values.name).toBe('live');
      }
    }
  });
});

describe('asynchronous invocations', () => {
  const destinationOf = (name: string) => {
    const config = synthesis.platform
      .of('aws_lambda_function_event_invoke_config')
      .find(
        ({ values }) => synthesis.platform.invoked(values.function_name).address === lambda(name).address,
      );
    if (!config) throw new Error(`${name} has no failure destination`);
    const destinations = config.values.destination_config as { on_failure: { destination: string } };
    return { config, target: synthesis.platform.referred(destinations.on_failure.destination) };
  };

  it.each(['audio-handler', 'video-handler', 'index-handler', 'search-handler'])(
    '%s: a job that fails for good becomes an event on our bus',
    (name) => {
      const { config, target } = destinationOf(name);

      expect(config.values.maximum_retry_attempts).toBe(limits.jobAttempts - 1);
      expect(target.type).toBe('aws_cloudwatch_event_bus');
    },
  );

  it.each(['event-handler', 'webhook-handler'])('%s: its own failures wait in a queue', (name) => {
    expect(destinationOf(name).target.values.name).toBe(`nova-dev-${name}-dead-letters`);
  });

  it('webhook-handler: calls wait for one of its few places as long as Lambda allows', () => {
    const reserved = synthesis.platform
      .of('aws_lambda_function')
      .filter(({ values }) => values.reserved_concurrent_executions !== undefined)
      .map(({ values }) => [values.function_name, values.reserved_concurrent_executions]);

    expect(reserved).toEqual([['nova-dev-webhook-handler', 5]]);
    expect(destinationOf('webhook-handler').config.values.maximum_event_age_in_seconds).toBe(21_600);
  });

  it('webhook-handler: reserves nothing where the account is too small', () => {
    const small = synthesize('dev', {}, (settings) => ({ ...settings, webhookConcurrency: undefined }));

    const { values } = small.platform.one('aws_lambda_function', {
      function_name: 'nova-dev-webhook-handler',
    });
    expect(values).not.toHaveProperty('reserved_concurrent_executions');
  });

  it('are configured for every function that a rule invokes or invoked', () => {
    const { platform } = synthesis;
    const invoked = [
      ...platform.of('aws_cloudwatch_event_target').map(({ values }) => platform.invoked(values.arn).address),
      ...subscribers.map((name) => lambda(name).address),
    ];
    const settled = platform
      .of('aws_lambda_function_event_invoke_config')
      .map(({ values }) => platform.invoked(values.function_name).address);

    expect(settled.sort()).toEqual([...new Set(invoked)].sort());
  });
});
