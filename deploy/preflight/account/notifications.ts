import { alarmTopicOf } from '@nova/shared/naming';
import * as z from 'zod';
import type { Settings } from '../../../modules/settings.ts';
import { statusOf } from '../../aws-errors.ts';
import type { AskAws } from './ask.ts';
import { ready, type Step, stepOf } from './step.ts';

/** Whether anybody would be told of alarms and budgets. */
export const notificationSteps = (
  ask: AskAws,
  settings: Pick<Settings, 'region' | 'prefix' | 'alarmEmail'>,
  account: string,
): Promise<Step[]> => Promise.all([subscriptionStep(ask, settings, account), tagStep(ask)]);

/** Source: Amazon SNS API reference, "ListSubscriptionsByTopic": an unconfirmed subscription has no ARN. */
function subscriptionStep(
  ask: AskAws,
  { region, prefix, alarmEmail }: Pick<Settings, 'region' | 'prefix' | 'alarmEmail'>,
  account: string,
): Promise<Step> {
  const action = 'sns:ListSubscriptionsByTopic';
  const topic = `arn:aws:sns:${region}:${account}:${alarmTopicOf(prefix)}`;
  const at = `https://${region}.console.aws.amazon.com/sns/v3/home?region=${region}#/topic/${topic}`;
  const nobody = 'nobody is told of alarms and budgets';
  return stepOf('notifications', action, async () => {
    const body = `Action=ListSubscriptionsByTopic&Version=2010-03-31&TopicArn=${encodeURIComponent(topic)}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    let text = '';
    let exists = true;
    try {
      text = await ask({ action, service: 'sns', region, path: '/', body, headers });
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      exists = false;
    }
    const arns = [...text.matchAll(/<SubscriptionArn>([^<]+)<\/SubscriptionArn>/g)].map(
      ([, arn = '']) => arn,
    );
    if (arns.some((arn) => arn.startsWith('arn:'))) return ready('the topic of the alarms has a subscriber.');
    if (arns.length > 0) {
      return {
        state: 'advised',
        detail: `${nobody}: the subscription is not confirmed. Follow the link in AWS’s e-mail to ${alarmEmail ?? 'the subscriber'}; if it has expired, request the confirmation again.`,
        at,
      };
    }
    if (alarmEmail === undefined)
      return { state: 'advised', detail: `${nobody}: ALARM_EMAIL is not set.`, at };
    if (exists) return { state: 'advised', detail: `${nobody}: the topic has no subscriber.`, at };
    return {
      state: 'later',
      detail: `after the first deployment, AWS sends ${alarmEmail} an e-mail: follow its link. Until then ${nobody}.`,
      at,
    };
  });
}

const Tags = z.object({ CostAllocationTags: z.array(z.object({ Status: z.string() })) });

/**
 * Source: AWS Cost Management API reference, "ListCostAllocationTags". Cost Explorer has one endpoint, in us-east-1, and each
 * request costs $0.01. A member of an organization may not ask; its management account activates tags.
 */
function tagStep(ask: AskAws): Promise<Step> {
  const action = 'ce:ListCostAllocationTags';
  const body = JSON.stringify({ TagKeys: ['Stage'], Type: 'UserDefined' });
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSInsightsIndexService.ListCostAllocationTags',
  };
  const at = 'https://us-east-1.console.aws.amazon.com/billing/home#/tags';
  const blind = 'the stage’s own budget sees no costs; the budget of the account does';
  return stepOf('cost allocation tag Stage', action, async () => {
    const text = await ask({ action, service: 'ce', region: 'us-east-1', path: '/', body, headers });
    const [tag] = Tags.parse(JSON.parse(text)).CostAllocationTags;
    if (tag?.Status === 'Active') return ready('it is active.');
    if (tag) return { state: 'advised', detail: `it is not active, so ${blind}: activate it.`, at };
    return {
      state: 'later',
      detail: `AWS lists it up to a day after the first deployment: then activate it. Until then ${blind}.`,
      at,
    };
  });
}
