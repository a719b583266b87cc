import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { SchedulerScheduleGroup } from '@cdktf/provider-aws/lib/scheduler-schedule-group/index.js';
import { functionNameOf, liveAlias, webhookSchedulesOf } from '@nova/shared/naming';
import { Construct } from 'constructs';
import { policyJson, trust } from '../iam/policy.ts';
import { ExclusivePolicies, permissionsBoundary } from '../iam/role-limits.ts';
import type { Settings } from '../settings.ts';
import type { DeadLetters } from './dead-letters.ts';

export interface WebhookSchedulesProps {
  readonly settings: Settings;
  readonly accountId: string;
  readonly deadLetters: DeadLetters;
}

/** The schedules of webhooks' next calls: their group, and the role in whose name they call the function. */
export class WebhookSchedules extends Construct {
  /** ARN of all schedules of the group. */
  readonly arns: string;
  readonly roleArn: string;
  /** The variable WEBHOOK_SCHEDULES. */
  readonly variable: string;

  constructor(scope: Construct, id: string, { settings, accountId, deadLetters }: WebhookSchedulesProps) {
    super(scope, id);
    const { prefix, region } = settings;
    const boundary = permissionsBoundary(settings, accountId, 'services');
    const name = webhookSchedulesOf(prefix);
    const group = new SchedulerScheduleGroup(this, 'group', { name });
    const role = new IamRole(this, 'role', {
      name,
      description: 'Calls webhooks when their time has come',
      // A schedule comes from its group: so does AWS CDK's module aws-scheduler-targets trust it. The guide's own page was not read.
      assumeRolePolicy: trust('scheduler.amazonaws.com', {
        StringEquals: { 'aws:SourceAccount': accountId, 'aws:SourceArn': group.arn },
      }),
      ...(boundary ? { permissionsBoundary: boundary } : {}),
    });
    // By its name: the function has this ARN in its environment, so it cannot be a reference to the function.
    const functionArn = `arn:aws:lambda:${region}:${accountId}:function:${functionNameOf(prefix, 'webhook-handler')}:${liveAlias}`;
    const policy = new IamRolePolicy(this, 'policy', {
      name,
      role: role.name,
      policy: policyJson([
        { sid: 'CallWebhooks', actions: ['lambda:InvokeFunction'], resources: [functionArn] },
        // Source: EventBridge Scheduler user guide, "Configuring a schedule's dead-letter queue".
        { sid: 'SendDeadLetters', actions: ['sqs:SendMessage'], resources: [deadLetters.arn] },
      ]),
    });
    new ExclusivePolicies(this, 'nothing-else', { role, inline: [policy] });
    this.arns = `arn:aws:scheduler:${region}:${accountId}:schedule/${name}/*`;
    this.roleArn = role.arn;
    this.variable = JSON.stringify({
      group: group.name,
      functionArn,
      roleArn: role.arn,
      deadLettersArn: deadLetters.arn,
    });
  }
}
