import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionNames } from '@nova/shared/functions';
import * as naming from '@nova/shared/naming';
import { describe, expect, it } from 'vitest';
import type { ProviderRequest } from './requests/request.ts';
import { named, StageFixture, sharedStateBucket } from './stage-fixture.ts';
import type { WorkflowRole } from './state-fixture.ts';

interface Asked {
  /** `plan` for commands of plans and drift, which `deploy` runs too. */
  readonly by: WorkflowRole;
  readonly ask: (stage: StageFixture) => ProviderRequest[];
}

const onState =
  (action: string): Asked['ask'] =>
  ({ requests }) =>
    requests.onUntagged(`arn:aws:s3:::${sharedStateBucket}`, [action]);
const onRecords =
  (action: string): Asked['ask'] =>
  ({ requests, settings: { stage } }) =>
    [naming.applyRecordKeyOf(stage), naming.rolloutRecordKeyOf(stage)].flatMap((key) =>
      requests.onUntagged(`arn:aws:s3:::${sharedStateBucket}/${key}`, [action]),
    );
const onFunctions =
  (action: string): Asked['ask'] =>
  ({ requests, settings: { prefix } }) =>
    functionNames.flatMap((name) =>
      requests.on(requests.arn('lambda', `function:${naming.functionNameOf(prefix, name)}`), [action]),
    );
const onGroups =
  (...actions: string[]): Asked['ask'] =>
  ({ requests, settings: { prefix } }) =>
    functionNames.flatMap((name) => {
      const group = `${naming.rolloutsOf(prefix)}/${naming.functionNameOf(prefix, name)}`;
      return requests.on(requests.arn('codedeploy', `deploymentgroup:${group}`), actions);
    });
const onImages =
  (...actions: string[]): Asked['ask'] =>
  ({ requests, settings: { prefix } }) =>
    requests.on(requests.arn('ecr', `repository/${naming.imageRepositoryOf(prefix)}`), actions);
const onAll =
  (action: string): Asked['ask'] =>
  ({ requests }) =>
    requests.onUntagged('*', [action]);

/** What the commands of workflows ask AWS, by the class of the SDK. */
const asked: Readonly<Record<string, Asked>> = {
  HeadBucketCommand: { by: 'plan', ask: onState('s3:ListBucket') },
  ListObjectsV2Command: { by: 'plan', ask: onState('s3:ListBucket') },
  GetObjectCommand: { by: 'plan', ask: onRecords('s3:GetObject') },
  PutObjectCommand: { by: 'deploy', ask: onRecords('s3:PutObject') },
  DeleteObjectCommand: { by: 'deploy', ask: onRecords('s3:DeleteObject') },
  GetAliasCommand: { by: 'plan', ask: onFunctions('lambda:GetAlias') },
  ListVersionsByFunctionCommand: { by: 'plan', ask: onFunctions('lambda:ListVersionsByFunction') },
  GetFunctionConfigurationCommand: { by: 'plan', ask: onFunctions('lambda:GetFunctionConfiguration') },
  UpdateAliasCommand: { by: 'deploy', ask: onFunctions('lambda:UpdateAlias') },
  GetRolePolicyCommand: {
    by: 'plan',
    ask: ({ requests, settings: { prefix } }) =>
      requests.on(requests.role(naming.rolloutsRoleOf(prefix)), ['iam:GetRolePolicy']),
  },
  // A deployment with its own alarm configuration also needs UpdateDeploymentGroup, and each registers its revision.
  CreateDeploymentCommand: {
    by: 'deploy',
    ask: (stage) => [
      ...onGroups('codedeploy:CreateDeployment', 'codedeploy:UpdateDeploymentGroup')(stage),
      ...stage.requests.on(
        stage.requests.arn('codedeploy', `application:${naming.rolloutsOf(stage.settings.prefix)}`),
        ['codedeploy:RegisterApplicationRevision', 'codedeploy:GetApplicationRevision'],
      ),
    ],
  },
  ListDeploymentsCommand: { by: 'deploy', ask: onGroups('codedeploy:ListDeployments') },
  GetDeploymentCommand: { by: 'deploy', ask: onGroups('codedeploy:GetDeployment') },
  StopDeploymentCommand: { by: 'deploy', ask: onAll('codedeploy:StopDeployment') },
  DescribeRepositoriesCommand: { by: 'plan', ask: onImages('ecr:DescribeRepositories') },
  DescribeImagesCommand: { by: 'plan', ask: onImages('ecr:DescribeImages') },
  // And what Docker asks to push. Source: Amazon ECR guide, "IAM permissions for pushing an image".
  GetAuthorizationTokenCommand: {
    by: 'deploy',
    ask: (stage) => [
      ...onAll('ecr:GetAuthorizationToken')(stage),
      ...onImages(
        ...['ecr:BatchCheckLayerAvailability', 'ecr:InitiateLayerUpload', 'ecr:UploadLayerPart'],
        ...['ecr:CompleteLayerUpload', 'ecr:PutImage', 'ecr:BatchGetImage'],
      )(stage),
    ],
  },
  // Needs no permission: STS API reference.
  GetCallerIdentityCommand: { by: 'plan', ask: () => [] },
};

/** Folders of commands that only people run. */
const forPeople = ['bootstrap', 'pipeline', 'testing'];

/** The classes of the SDK that the commands of workflows send. */
function sentCommands(): string[] {
  const sources = readdirSync('deploy', { recursive: true, encoding: 'utf8' }).filter(
    (path) =>
      path.endsWith('.ts') &&
      !path.endsWith('.spec.ts') &&
      !path.split('/').some((folder) => forPeople.includes(folder)),
  );
  return sources.flatMap((path) =>
    [...readFileSync(join('deploy', path), 'utf8').matchAll(/new (\w+Command)\(/g)].map(
      ([, name = '']) => name,
    ),
  );
}

describe('the commands of workflows', () => {
  const own = new StageFixture('staging');
  const other = new StageFixture('prod');
  const cases = Object.entries(asked);

  it('ask AWS only what is listed here', () => {
    expect([...new Set(sentCommands())].sort()).toEqual(Object.keys(asked).sort());
  });

  it.each(cases)('may send %s', (_, { by, ask }) => {
    const roles = by === 'plan' ? (['plan', 'deploy'] as const) : (['deploy'] as const);

    for (const role of roles)
      expect(named(ask(own).filter((request) => !own.allows(role, request)))).toEqual([]);
    const changes = ask(own).filter(({ action }) => /:(?:Put|Delete|Update|Create|Stop)/.test(action));
    expect(named(changes.filter((request) => own.allows('plan', request)))).toEqual([]);
  });

  it.each(cases)('send %s to no other stage, except what AWS cannot tell apart', (_, { ask }) => {
    const allowed = named(ask(other).filter((request) => own.allows('deploy', request)));

    const shared = [
      'codedeploy:StopDeployment on *',
      'ecr:GetAuthorizationToken on *',
      `s3:ListBucket on arn:aws:s3:::${sharedStateBucket}`,
    ];
    expect(allowed.filter((request) => !shared.includes(request))).toEqual([]);
  });
});
