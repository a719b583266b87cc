import type { StackResource } from '../../../../local/contracts.ts';
import { optionalText, textOf } from '../../../../local/stack/read.ts';
import type { RequestsFor, RequestTable, StageRequests } from './request.ts';

const events = (...names: string[]) => names.map((name) => `events:${name}`);
const sqs = (...names: string[]) => names.map((name) => `sqs:${name}`);
const sns = (...names: string[]) => names.map((name) => `sns:${name}`);

function ruleArn(at: StageRequests, resource: StackResource, name: string): string {
  const bus = optionalText(resource, 'event_bus_name') ?? 'default';
  return at.arn('events', `rule/${bus === 'default' ? '' : `${bus}/`}${textOf(resource, name)}`);
}

const queueArn = (at: StageRequests, url: string) => at.arn('sqs', url.slice(url.lastIndexOf('/') + 1));

const topicPolicy: RequestsFor = (resource, at) => ({
  reads: at.on(textOf(resource, 'arn'), sns('GetTopicAttributes')),
  changes: at.on(textOf(resource, 'arn'), sns('SetTopicAttributes')),
});

export const eventing: RequestTable = {
  aws_cloudwatch_event_bus: (resource, at) => {
    const arn = at.arn('events', `event-bus/${textOf(resource, 'name')}`);
    return {
      reads: at.on(arn, events('DescribeEventBus', 'ListTagsForResource')),
      changes: [
        ...at.creating(arn, events('CreateEventBus', 'TagResource')),
        ...at.on(arn, events('UpdateEventBus', 'UntagResource', 'DeleteEventBus')),
      ],
    };
  },
  aws_cloudwatch_event_archive: (resource, at) => {
    const arn = at.arn('events', `archive/${textOf(resource, 'name')}`);
    return {
      reads: at.onUntagged(arn, events('DescribeArchive')),
      changes: [
        ...at.onUntagged(textOf(resource, 'event_source_arn'), events('CreateArchive')),
        ...at.onUntagged(arn, events('CreateArchive', 'UpdateArchive', 'DeleteArchive')),
      ],
    };
  },
  aws_cloudwatch_event_rule: (resource, at) => {
    const arn = ruleArn(at, resource, 'name');
    return {
      reads: at.on(arn, events('DescribeRule', 'ListTagsForResource')),
      changes: [
        ...at.creating(arn, events('PutRule', 'TagResource')),
        ...at.on(arn, events('PutRule', 'UntagResource', 'DeleteRule')),
      ],
    };
  },
  aws_cloudwatch_event_target: (resource, at) => {
    const arn = ruleArn(at, resource, 'rule');
    return {
      reads: at.on(arn, events('ListTargetsByRule')),
      changes: at.on(arn, events('PutTargets', 'RemoveTargets')),
    };
  },
  aws_scheduler_schedule_group: (resource, at) => {
    const arn = at.arn('scheduler', `schedule-group/${textOf(resource, 'name')}`);
    return {
      reads: at.on(arn, ['scheduler:GetScheduleGroup', 'scheduler:ListTagsForResource']),
      changes: [
        ...at.creating(arn, ['scheduler:CreateScheduleGroup', 'scheduler:TagResource']),
        ...at.on(arn, ['scheduler:UntagResource', 'scheduler:DeleteScheduleGroup']),
      ],
    };
  },
  aws_sqs_queue: (resource, at) => {
    const arn = at.arn('sqs', textOf(resource, 'name'));
    return {
      reads: at.on(arn, sqs('GetQueueAttributes', 'ListQueueTags')),
      changes: [
        ...at.creating(arn, sqs('CreateQueue', 'TagQueue')),
        ...at.on(arn, sqs('SetQueueAttributes', 'UntagQueue', 'DeleteQueue')),
      ],
    };
  },
  aws_sqs_queue_policy: (resource, at) => {
    const arn = queueArn(at, textOf(resource, 'queue_url'));
    return {
      reads: at.on(arn, sqs('GetQueueAttributes')),
      changes: at.on(arn, sqs('SetQueueAttributes')),
    };
  },
  aws_sns_topic: (resource, at) => {
    const arn = at.arn('sns', textOf(resource, 'name'));
    return {
      reads: at.on(arn, sns('GetTopicAttributes', 'ListTagsForResource')),
      changes: [
        ...at.creating(arn, sns('CreateTopic', 'TagResource')),
        ...at.on(arn, sns('SetTopicAttributes', 'UntagResource', 'DeleteTopic')),
      ],
    };
  },
  aws_sns_topic_policy: topicPolicy,
  // AWS's table gives these the topic; the pages do not say whether a request names the subscription's ARN instead.
  aws_sns_topic_subscription: (resource, at) => {
    const topic = textOf(resource, 'topic_arn');
    const names = [topic, `${topic}:0f5d6b1e-0000-0000-0000-000000000000`];
    return {
      reads: names.flatMap((name) => at.onUntagged(name, sns('GetSubscriptionAttributes'))),
      changes: [
        ...at.on(topic, sns('Subscribe')),
        ...names.flatMap((name) => at.onUntagged(name, sns('Unsubscribe'))),
      ],
    };
  },
};
