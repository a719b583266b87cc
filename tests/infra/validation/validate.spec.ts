import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeFinding } from '../../../review/checks/check.ts';
import { referencesIn, SynthesizedStack } from '../../../review/synthesized-stack.ts';
import { jsonFaults } from '../../../review/validate/json-checks.ts';
import {
  openWorkspace,
  planJson,
  terraformVersion,
  validate,
  type Workspace,
} from '../../../review/validate/terraform.ts';
import { writeStackFolder } from '../testing/stack-folder.ts';
import { synthesize } from '../testing/synthesize.ts';

const version = terraformVersion();
/** The real Terraform runs when it is installed; .ci/run reports when it is not. */
const withTerraform = describe.runIf(version !== undefined);
const variables = { agent_core_image_digest: `sha256:${'0'.repeat(64)}` };

const folder = mkdtempSync(join(tmpdir(), 'nova-validate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stackFolder = (stack: SynthesizedStack, name: string) => writeStackFolder(stack, join(folder, name));

const { platform, registry } = synthesize('dev', { PIPELINE_REPOSITORY: 'nova/platform' });

describe.each(['dev', 'staging', 'prod'])('%s', (stage) => {
  const synthesis = synthesize(stage, {
    PIPELINE_REPOSITORY: 'nova/platform',
    ALARM_EMAIL: 'ops@example.com',
  });

  it('has no argument that the provider does not know, and refers only to declared resources', () => {
    expect([synthesis.registry, synthesis.platform].flatMap(jsonFaults).map(describeFinding)).toEqual([]);
  });

  withTerraform('by the real terraform', () => {
    it('is valid, and can be planned', async () => {
      for (const [name, stack, given] of [
        ['registry', synthesis.registry, {}],
        ['platform', synthesis.platform, variables],
      ] as const) {
        const outcome = await validate({ stack, variables: given }, stackFolder(stack, `${stage}-${name}`));
        expect(outcome).toEqual({ ok: true, output: '' });
      }
    });
  });
});

type Named = Record<string, Record<string, unknown>>;

/** The stack with a fault in it. */
function broken(change: (resources: Record<string, Named>) => void): SynthesizedStack {
  const file = structuredClone(platform.file);
  change(file.resource as Record<string, Named>);
  return new SynthesizedStack(file);
}

/**
 * A resource with everything that it refers to: Terraform needs a fraction of the time for them, and reports the same
 * fault.
 */
function partOf({ file }: SynthesizedStack, address: string): SynthesizedStack {
  const resource: Record<string, Named> = {};
  const data: Record<string, Named> = {};
  const add = (reference: string): void => {
    const [type = '', name = ''] = reference.replace(/^data\./, '').split('.');
    const [from, into] = reference.startsWith('data.') ? [file.data, data] : [file.resource, resource];
    const values = from?.[type]?.[name];
    if (!values || into[type]?.[name]) return;
    into[type] = { ...into[type], [name]: values };
    for (const other of [...referencesIn(JSON.stringify(values)), ...((values.depends_on ?? []) as string[])])
      add(other);
  };
  add(address);
  const { output: _, data: __, ...rest } = file;
  // Terraform refuses an empty block.
  const some = Object.keys(data).length > 0 ? { data } : {};
  return new SynthesizedStack({ ...rest, resource, ...some });
}

const set = (type: string, values: object) => (resources: Record<string, Named>) => {
  const [first = {}] = Object.values(resources[type] ?? {});
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete first[name];
    else first[name] = value;
  }
};

const faults: [string, (resources: Record<string, Named>) => void, RegExp, RegExp][] = [
  [
    'an unknown argument',
    set('aws_sqs_queue', { visibility_timeout: 30 }),
    /^aws_sqs_queue\.\S+: visibility_timeout is not an argument\. Did you mean|^aws_sqs_queue\.\S+: visibility_timeout is not an argument\. Remove it/,
    /Extraneous JSON object property|No argument or block type is named "visibility_timeout"/,
  ],
  [
    'a misspelled argument',
    set('aws_sqs_queue', { nmae: 'x' }),
    /: nmae is not an argument\. Did you mean name\?/,
    /nmae/,
  ],
  [
    'an argument that only AWS sets',
    set('aws_sqs_queue', { arn: 'arn:x' }),
    /: arn is not an argument/,
    /arn/,
  ],
  [
    'a wrong type',
    set('aws_sqs_queue', { message_retention_seconds: 'two weeks' }),
    /: message_retention_seconds is "two weeks"\. It must be a number/,
    /a number is required|Incorrect attribute value type/,
  ],
  [
    'a wrong type in a block',
    set('aws_dynamodb_table', { point_in_time_recovery: { enabled: 'perhaps' } }),
    /: point_in_time_recovery\.enabled is "perhaps"\. It must be a bool/,
    /bool/,
  ],
  [
    'a list where there must be text',
    set('aws_sqs_queue', { name: ['a', 'b'] }),
    /: name is \["a","b"\]\. It must be a string/,
    /string required/,
  ],
  [
    'what is missing',
    set('aws_cloudwatch_event_target', { arn: undefined }),
    /^aws_cloudwatch_event_target\.\S+: arn is missing\. It is required/,
    /Missing required argument|"arn" is required/,
  ],
  [
    'a dangling reference',
    set('aws_cloudwatch_event_target', { arn: `\${aws_lambda_function.nobody.arn}` }),
    /refers to aws_lambda_function\.nobody, which the stack does not declare\. Declare it/,
    /Reference to undeclared resource/,
  ],
  [
    'an unknown type',
    (resources) => {
      resources.aws_sqs_queues = { more: {} };
    },
    /aws_sqs_queues\.more: the bindings have no such resource/,
    /./,
  ],
];

describe.each(faults)('%s', (_, change, message, terraformSays) => {
  const stack = broken(change);

  it('is reported with its resource and the remedy', () => {
    const found = jsonFaults(stack).map(describeFinding);

    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  withTerraform('by the real terraform', () => {
    it.runIf(!stack.file.resource.aws_sqs_queues)('is refused', async () => {
      const [fault] = jsonFaults(stack);
      const part = partOf(stack, fault?.address ?? '');
      const { ok, output } = await validate({ stack: part, variables }, stackFolder(part, 'broken'));

      expect(ok).toBe(false);
      expect(output).toMatch(terraformSays);
    });
  });
});

withTerraform('a plan', () => {
  interface Change {
    readonly type: string;
    readonly change: {
      readonly actions: string[];
      readonly before?: { memory_size?: number };
      readonly after?: { memory_size?: number };
    };
  }
  const changesIn = (json: string) =>
    (JSON.parse(json) as { resource_changes: Change[] }).resource_changes.filter(
      ({ change }) => !['no-op', 'read'].includes(change.actions.join()),
    );

  const larger = broken(set('aws_lambda_function', { memory_size: 2048 }));
  const other = broken(
    set('aws_dynamodb_table', { range_key: undefined, attribute: [{ name: 'pk', type: 'S' }] }),
  );
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await openWorkspace(platform, stackFolder(platform, 'plan'), { later: [larger, other] });
  });
  afterAll(() => workspace[Symbol.asyncDispose]());

  it('of a first deployment creates everything', async () => {
    const changes = changesIn(await workspace.plan({ stack: platform, variables }));

    expect(new Set(changes.map(({ change }) => change.actions.join()))).toEqual(new Set(['create']));
    expect(changes).toHaveLength(platform.all().length);
  });

  describe('of a stack that is applied', () => {
    beforeAll(() => workspace.apply({ stack: platform, variables }));

    it('with more memory changes that one function', async () => {
      const changes = changesIn(await workspace.plan({ stack: larger, variables }));

      expect(changes.map(({ type, change }) => [type, change.actions])).toEqual([
        ['aws_lambda_function', ['update']],
      ]);
      expect(changes[0]?.change.after?.memory_size).toBe(2048);
    });

    it('with another table key replaces the table, and reports it', async () => {
      const changes = changesIn(await workspace.plan({ stack: other, variables }));

      const table = changes.find(({ type }) => type === 'aws_dynamodb_table');
      expect(table?.change.actions.toSorted()).toEqual(['create', 'delete']);
      // The new table has another stream.
      const mapping = changes.find(({ type }) => type === 'aws_lambda_event_source_mapping');
      expect(mapping?.change).toMatchObject({ replace_paths: [['event_source_arn']] });
    });

    it.each<[string, string, Record<string, unknown>, readonly string[]]>([
      [
        'another starting position replaces the stream into the projector',
        'aws_lambda_event_source_mapping',
        { starting_position: 'LATEST' },
        ['starting_position'],
      ],
      ['another batch size changes it in place', 'aws_lambda_event_source_mapping', { batch_size: 7 }, []],
      [
        'another definition of the API replaces the deployment',
        'aws_api_gateway_deployment',
        { triggers: { definition: 'another' } },
        ['triggers'],
      ],
      [
        'another caller replaces a permission to call a function',
        'aws_lambda_permission',
        { source_arn: 'arn:aws:events:us-east-1:123456789012:rule/another' },
        ['source_arn'],
      ],
    ])('with %s', async (_, type, values, forcing) => {
      const changes = changesIn(await workspace.plan({ stack: broken(set(type, values)), variables }));

      const [change] = changes.filter((one) => one.type === type);
      expect(change?.change.actions.includes('delete')).toBe(forcing.length > 0);
      expect(change?.change).toMatchObject(forcing.length > 0 ? { replace_paths: [forcing] } : {});
    });
  });

  it('without a change does nothing', async () => {
    const same = { stack: registry, variables: {} };

    expect(changesIn(await planJson(stackFolder(registry, 'same'), same, same))).toEqual([]);
  });
});
