import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription/index.js';
import { alarmTopicOf } from '@nova/shared/naming';
import { Construct } from 'constructs';
import { onlyWithTls, policyJson } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { alarmArns } from './alarms.ts';

export interface AlarmTopicProps {
  readonly settings: Settings;
  readonly accountId: string;
}

/**
 * The topic for notifications of alarms and the budget. It is not encrypted: CloudWatch may not use AWS's own key, and a
 * key of our own costs a dollar a month. The notifications contain nothing about users.
 */
export class AlarmTopic extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { settings, accountId }: AlarmTopicProps) {
    super(scope, id);
    const { prefix, alarmEmail } = settings;
    const topic = new SnsTopic(this, 'topic', { name: alarmTopicOf(prefix) });
    const publishFrom = (sid: string, service: string, sourceArn: string | readonly string[]) => ({
      sid,
      principal: { Service: service },
      actions: ['sns:Publish'],
      resources: [topic.arn],
      conditions: {
        StringEquals: { 'aws:SourceAccount': accountId },
        ArnLike: { 'aws:SourceArn': sourceArn },
      },
    });
    new SnsTopicPolicy(this, 'policy', {
      arn: topic.arn,
      policy: policyJson([
        publishFrom('AlarmsTell', 'cloudwatch.amazonaws.com', alarmArns(settings, accountId)),
        publishFrom('TheBudgetTells', 'budgets.amazonaws.com', `arn:aws:budgets::${accountId}:*`),
        onlyWithTls(['sns:Publish'], [topic.arn]),
      ]),
    });
    if (alarmEmail !== undefined) {
      new SnsTopicSubscription(this, 'email', {
        topicArn: topic.arn,
        protocol: 'email',
        endpoint: alarmEmail,
      });
    }
    this.arn = topic.arn;
  }
}
