import { functionNames } from '@nova/shared/functions';
import { beforeAll, describe, expect, it } from 'vitest';
import { type PolicyStatement, statementsOf } from '../../../review/synthesized-stack.ts';
import { isUnscoped } from '../../../review/unscoped-actions.ts';
import { type Synthesis, synthesize } from '../testing/synthesize.ts';

let synthesis: Synthesis;
beforeAll(() => {
  synthesis = synthesize('dev');
});

/** The permissions of a function's role. */
function permissionsOf(name: string): PolicyStatement[] {
  const policy = synthesis.platform.one('aws_iam_role_policy', { name: `nova-dev-${name}` });
  return statementsOf(policy.values.policy);
}

const actionsOn = (name: string, resource: string) =>
  permissionsOf(name)
    .filter(({ Resource }) => Resource?.some((arn) => arn.includes(resource)))
    .flatMap(({ Action }) => Action)
    .sort();

describe('roles', () => {
  it.each(functionNames)('%s has its own role that only Lambda may assume', (name) => {
    const { platform } = synthesis;
    const lambda = platform.one('aws_lambda_function', { function_name: `nova-dev-${name}` });

    const role = platform.referred(lambda.values.role);

    expect(role.values.name).toBe(`nova-dev-${name}`);
    expect(statementsOf(role.values.assume_role_policy)).toEqual([
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: ['sts:AssumeRole'],
      }),
    ]);
  });

  it.each(functionNames)('%s has its permissions before it runs', (name) => {
    const { platform } = synthesis;
    const lambda = platform.one('aws_lambda_function', { function_name: `nova-dev-${name}` });
    const policy = platform.one('aws_iam_role_policy', { name: `nova-dev-${name}` });

    expect(lambda.values.depends_on).toContain(policy.address);
  });

  it.each(functionNames)('%s names every action in full', (name) => {
    for (const { Action } of permissionsOf(name)) {
      for (const action of Action) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
    }
  });

  it.each(functionNames)('%s names every resource that has a name', (name) => {
    const wild = permissionsOf(name).filter(({ Resource }) => Resource?.includes('*'));

    for (const { Action } of wild) {
      expect(Action.filter((action) => !isUnscoped(action))).toEqual([]);
    }
  });

  it.each(functionNames)(
    '%s has wildcards in ARNs only after a prefix, or for the regions of a profile',
    (name) => {
      const arns = permissionsOf(name).flatMap(({ Resource }) => Resource ?? []);

      for (const arn of arns.filter((one) => one !== '*')) {
        expect(arn.replace(/^arn:aws:bedrock:\*::/, '').replace(/(?:[/:.])\*$/, '')).not.toContain('*');
      }
    },
  );

  it('write their own logs and no others', () => {
    for (const name of functionNames) {
      const logs = permissionsOf(name).filter(({ Action }) => Action.some((one) => one.startsWith('logs:')));
      const groups = logs.flatMap(({ Resource }) => Resource ?? []);

      expect(groups.map((arn) => synthesis.platform.referred(arn).values.name)).toEqual([
        `/aws/lambda/nova-dev-${name}`,
      ]);
    }
  });
});

describe('the permissions of the platform', () => {
  const table = (name: string) =>
    synthesis.platform.one('aws_dynamodb_table', { name: `nova-dev-${name}` }).address;
  const writing = /:(?:Put|Update|Delete|BatchWrite)/;

  it('let no function update or delete an event', () => {
    for (const name of functionNames) {
      expect(
        actionsOn(name, `${table('event-store')}.arn`).filter((action) => writing.test(action)),
      ).toSatisfy((actions: string[]) => actions.every((action) => action === 'dynamodb:PutItem'));
    }
  });

  it('let only appending functions create keys, only the event handler destroy them, and the projector only read them', () => {
    const on = (name: string) => actionsOn(name, table('stream-keys'));

    for (const name of functionNames) {
      const expected = ['dynamodb:BatchGetItem'];
      if (name !== 'event-projector') expected.push('dynamodb:PutItem');
      if (name === 'event-handler') expected.push('dynamodb:UpdateItem');
      expect(new Set(on(name))).toEqual(new Set(expected));
    }
  });

  it('let only the projector write the read model', () => {
    const writers = functionNames.filter((name) =>
      actionsOn(name, table('read-model')).some((action) => writing.test(action)),
    );

    expect(writers).toEqual(['event-projector']);
    expect(actionsOn('event-projector', table('read-model'))).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:Scan',
      'dynamodb:UpdateItem',
    ]);
  });

  it('do not let the projector append events', () => {
    expect(actionsOn('event-projector', `${table('event-store')}.arn`)).not.toContain('dynamodb:PutItem');
  });

  it('let only the projector quarantine commits, and Lambda its failed batches on its behalf, each under one prefix', () => {
    const quarantining = functionNames.flatMap((name) =>
      permissionsOf(name)
        .filter(({ Action, Resource }) => Action.includes('s3:PutObject') && /fail/.test(`${Resource}`))
        .map(({ Resource }) => [name, `${Resource}`.replace(/^.*?\//, '')]),
    );

    expect(quarantining).toEqual([
      ['event-projector', 'aws/lambda/*'],
      ['event-projector', 'parked/*'],
    ]);
  });

  it('let only the event handler erase uploads, only content-handler sign them, and each maker write its own results', () => {
    const may = (action: string, prefix: string) =>
      functionNames.filter((name) =>
        permissionsOf(name).some(
          ({ Action, Resource }) =>
            Action.includes(action) && Resource?.some((arn) => arn.endsWith(`/${prefix}/*`)),
        ),
      );

    expect(may('s3:DeleteObject', 'uploads')).toEqual(['event-handler']);
    expect(may('s3:PutObject', 'uploads')).toEqual(['content-handler']);
    const makers = ['audio-handler', 'index-handler', 'video-handler'];
    expect(may('s3:PutObject', 'results').sort()).toEqual(makers);
    expect(may('s3:DeleteObject', 'results').sort()).toEqual([...makers, 'event-handler'].sort());
  });

  it('let every function that reads the content bucket list it, without a condition, so that a missing key is 404', () => {
    const { platform } = synthesis;
    const reads = ({ Action, Resource }: PolicyStatement) =>
      Action.includes('s3:GetObject') && Resource?.some((arn) => /\/(?:uploads|results)\/\*$/.test(arn));
    const readers = functionNames.filter((name) => permissionsOf(name).some(reads));
    const listings = functionNames.flatMap((name) =>
      permissionsOf(name)
        .filter(({ Action, Sid }) => Action.includes('s3:ListBucket') && Sid !== 'FindFailureBucket')
        .map((statement) => ({ name, ...statement })),
    );

    expect(listings.map(({ name }) => name)).toEqual(readers);
    for (const { Resource, Condition } of listings) {
      expect(Resource?.map((arn) => platform.referred(arn).values.bucket)).toEqual([
        expect.stringMatching(/content/),
      ]);
      // GET and HEAD carry no `s3:prefix`: under a condition on it, a missing key would be 403.
      expect(Condition).toBeUndefined();
    }
  });

  it('let functions call a model with an inference profile only through that profile, in its regions', () => {
    const profile = permissionsOf('agent-core').find(({ Sid }) => Sid === 'Chat')?.Resource?.[0];
    const model = permissionsOf('agent-core').find(({ Sid }) => Sid === 'ChatByProfile');

    expect(profile).toMatch(
      /^arn:aws:bedrock:us-east-1:.*:inference-profile\/us\.anthropic\.claude-sonnet-4-6$/,
    );
    expect(model?.Resource).toEqual(
      ['us-east-1', 'us-east-2', 'us-west-2'].map(
        (region) => `arn:aws:bedrock:${region}::foundation-model/anthropic.claude-sonnet-4-6`,
      ),
    );
    expect(model?.Condition).toEqual({ StringEquals: { 'bedrock:InferenceProfileArn': profile } });
  });

  it.each([
    ['agent-core', 'Chat', 'bedrock:InvokeModelWithResponseStream'],
    ['video-handler', 'Watch', 'bedrock:InvokeModel'],
    ['search-handler', 'Embed', 'bedrock:InvokeModel'],
    ['index-handler', 'Look', 'bedrock:InvokeModel'],
    ['index-handler', 'Embed', 'bedrock:InvokeModel'],
  ] as const)('let %s call its model in one way', (name, sid, action) => {
    const ways = permissionsOf(name).filter(({ Sid }) => Sid.startsWith(sid));

    expect(new Set(ways.flatMap(({ Action }) => Action))).toEqual(new Set([action]));
  });

  it('let only index-handler write vectors, and search-handler read uploads alone, which it checks on arrival', () => {
    const writers = functionNames.filter((name) =>
      permissionsOf(name).some(({ Action }) => Action.includes('s3vectors:PutVectors')),
    );
    const reads = permissionsOf('search-handler').filter(({ Action }) => Action.includes('s3:GetObject'));

    expect(writers).toEqual(['index-handler']);
    expect(reads.flatMap(({ Resource }) => Resource)).toEqual([
      expect.stringMatching(/\.arn\}\/uploads\/\*$/),
    ]);
  });

  it('let the agent read results of files, never a file', () => {
    const reads = permissionsOf('agent-core').filter(({ Action }) => Action.includes('s3:GetObject'));

    expect(reads.flatMap(({ Resource }) => Resource)).toEqual([
      expect.stringMatching(/\.arn\}\/results\/\*$/),
    ]);
    expect(permissionsOf('agent-core').flatMap(({ Action }) => Action)).not.toContain('s3:PutObject');
  });

  it('let the audio handler use the bidirectional stream of its one model', () => {
    expect(permissionsOf('audio-handler').find(({ Sid }) => Sid === 'Listen')).toMatchObject({
      Action: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithBidirectionalStream'],
      Resource: ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-2-sonic-v1:0'],
    });
  });

  it('let functions with a failure destination send to it', () => {
    const { platform } = synthesis;
    for (const { values } of platform.of('aws_lambda_function_event_invoke_config')) {
      const { on_failure } = values.destination_config as { on_failure: { destination: string } };
      const name = String(platform.invoked(values.function_name).values.function_name).replace(
        'nova-dev-',
        '',
      );

      expect(actionsOn(name, on_failure.destination)).toSatisfy(
        (actions: string[]) => actions.includes('events:PutEvents') || actions.includes('sqs:SendMessage'),
      );
    }
  });
});

describe('permission to invoke a function', () => {
  it('is granted to one rule or one method each', () => {
    for (const { values } of synthesis.platform.of('aws_lambda_permission')) {
      expect(values.source_arn).toMatch(
        values.principal === 'apigateway.amazonaws.com'
          ? /\.execution_arn\}\/v1\/(GET|POST|DELETE)\/[\w/*.-]+$/
          : /^\$\{aws_cloudwatch_event_rule\.[\w-]+\.arn\}$/,
      );
    }
  });
});

it('every role has the policies of the stack, and no others', () => {
  const { platform, pipeline = expect.fail('no pipeline') } = synthesize('prod', {
    PIPELINE_REPOSITORY: 'nova/platform',
    ACCOUNT_LOGGING: 'own',
  });
  for (const stack of [platform, pipeline]) {
    for (const { address } of stack.of('aws_iam_role')) {
      const ofRole = (type: string, argument: string) =>
        stack.of(type).filter(({ values }) => stack.referred(values[argument]).address === address);
      const [inline, ...more] = ofRole('aws_iam_role_policies_exclusive', 'role_name');
      const [attached, ...others] = ofRole('aws_iam_role_policy_attachments_exclusive', 'role_name');

      expect([...more, ...others]).toEqual([]);
      const names = inline?.values.policy_names as string[];
      expect(names.map((name) => stack.referred(name).address).sort()).toEqual(
        ofRole('aws_iam_role_policy', 'role')
          .map((policy) => policy.address)
          .sort(),
      );
      expect(attached?.values.policy_arns).toHaveLength(
        ofRole('aws_iam_role_policy_attachment', 'role').length,
      );
    }
  }
});
