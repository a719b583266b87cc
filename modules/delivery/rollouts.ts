import { CodedeployApp } from '@cdktf/provider-aws/lib/codedeploy-app/index.js';
import { CodedeployDeploymentGroup } from '@cdktf/provider-aws/lib/codedeploy-deployment-group/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { functionNames } from '@nova/shared/functions';
import { functionNameOf, rolloutsOf, rolloutsRoleOf } from '@nova/shared/naming';
import { Construct } from 'constructs';
import { policyJson, trust } from '../iam/policy.ts';
import { ExclusivePolicies, permissionsBoundary } from '../iam/role-limits.ts';
import type { Settings } from '../settings.ts';

export interface RolloutsProps {
  readonly settings: Settings;
  readonly accountId: string;
  /** Names of the alarms that roll a rollout back. */
  readonly alarms: readonly string[];
}

/**
 * Rollouts of new versions to callers: CodeDeploy moves the alias of a function, and moves it back when an alarm fires. Each
 * function has a deployment group; `make deploy` starts the rollouts that are due.
 */
export class Rollouts extends Construct {
  constructor(scope: Construct, id: string, { settings, accountId, alarms }: RolloutsProps) {
    super(scope, id);
    const { prefix, region, rollout } = settings;
    const boundary = permissionsBoundary(settings, accountId, 'services');
    const role = new IamRole(this, 'role', {
      name: rolloutsRoleOf(prefix),
      description: 'Moves the aliases of functions to new versions',
      // Source: CodeDeploy guide, "Cross-service confused deputy prevention".
      assumeRolePolicy: trust('codedeploy.amazonaws.com', {
        StringEquals: { 'aws:SourceAccount': accountId },
        ArnLike: {
          'aws:SourceArn': `arn:aws:codedeploy:${region}:${accountId}:deploymentgroup:${rolloutsOf(prefix)}/*`,
        },
      }),
      ...(boundary ? { permissionsBoundary: boundary } : {}),
    });
    const policy = new IamRolePolicy(this, 'policy', {
      name: rolloutsRoleOf(prefix),
      role: role.name,
      policy: policyJson([
        {
          sid: 'MoveAliases',
          actions: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
          resources: functionNames.flatMap((name) => {
            const arn = `arn:aws:lambda:${region}:${accountId}:function:${functionNameOf(prefix, name)}`;
            return [arn, `${arn}:*`];
          }),
        },
        {
          sid: 'HearAlarms',
          actions: ['cloudwatch:DescribeAlarms'],
          // All alarms: reported denials name `alarm:*`, and AWS's pages do not say that a single alarm can be named.
          resources: [`arn:aws:cloudwatch:${region}:${accountId}:alarm:*`],
        },
      ]),
    });
    new ExclusivePolicies(this, 'nothing-else', { role, inline: [policy] });
    const app = new CodedeployApp(this, 'app', { name: rolloutsOf(prefix), computePlatform: 'Lambda' });
    for (const name of functionNames) {
      new CodedeployDeploymentGroup(this, name, {
        appName: app.name,
        deploymentGroupName: functionNameOf(prefix, name),
        deploymentConfigName: rollout,
        serviceRoleArn: role.arn,
        deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
        autoRollbackConfiguration: {
          enabled: true,
          events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
        },
        ...(alarms.length > 0 ? { alarmConfiguration: { enabled: true, alarms: [...alarms] } } : {}),
        dependsOn: [policy],
      });
    }
  }
}
