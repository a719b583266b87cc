import * as sdk from '@aws-sdk/client-eventbridge';
import { onTestFinished } from 'vitest';
import { identitiesOf } from '../../../iam/identities.ts';
import { aRecordingLogger, aStack, region, temporaryDirectory } from '../../../testing/service-fixture.ts';
import { startEndpoint } from '../../../wire/endpoint/endpoint.ts';
import type { BusEvent } from '../event.ts';
import { openEventBridge } from '../eventbridge.ts';

export const account = '000000000000';
export const busArn = `arn:aws:events:us-east-1:${account}:event-bus/nova`;
export const functionArn = (name: string) => `arn:aws:lambda:us-east-1:${account}:function:${name}`;
export const queueArn = (name: string) => `arn:aws:sqs:us-east-1:${account}:${name}`;
const roleArn = `arn:aws:iam::${account}:role/publisher`;
export const ruleArn = (name: string) => `arn:aws:events:us-east-1:${account}:rule/nova/${name}`;

export const rule = (name: string, pattern: object, more: object = {}) => ({
  name,
  event_bus_name: 'nova',
  event_pattern: JSON.stringify(pattern),
  ...more,
});
export const target = (name: string, arn: string, more: object = {}) => ({
  rule: name,
  event_bus_name: 'nova',
  target_id: `to-${name}`,
  arn,
  dead_letter_config: [{ arn: queueArn('letters') }],
  ...more,
});

/** A queue's policy: one rule may send to it, and only over TLS. */
const queuePolicy = (queue: string, from: string) => ({
  queue_url: `https://sqs.us-east-1.amazonaws.com/${account}/${queue}`,
  policy: JSON.stringify({
    Statement: [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: queueArn(queue),
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn(queue),
        Condition: { ArnLike: { 'aws:SourceArn': from } },
      },
    ],
  }),
});

export const resources = {
  aws_sqs_queue: ['letters', 'inbox', 'closed'].map((name) => ({ name })),
  aws_sqs_queue_policy: [
    queuePolicy('letters', ruleArn('*')),
    queuePolicy('inbox', ruleArn('queued')),
    queuePolicy('closed', ruleArn('another')),
  ],
  aws_cloudwatch_event_bus: [{ name: 'nova', arn: busArn }],
  aws_cloudwatch_event_rule: [
    rule('jobs', { source: ['nova'], 'detail-type': ['JobRequested'] }),
    rule('all', { source: [{ prefix: '' }] }),
    rule('off', { source: ['nova'] }, { state: 'DISABLED' }),
    rule('forbidden', { 'detail-type': ['Forbidden'] }),
    rule('queued', { 'detail-type': ['Queued'] }),
    rule('refused', { 'detail-type': ['Refused'] }),
    rule('lost', { 'detail-type': ['Lost'] }),
    { name: 'uploads', event_pattern: JSON.stringify({ source: ['aws.s3'] }) },
  ],
  aws_cloudwatch_event_target: [
    target('jobs', functionArn('audio')),
    target('all', functionArn('watcher'), { input_path: '$.detail' }),
    target('off', functionArn('never')),
    target('forbidden', functionArn('secret')),
    target('queued', queueArn('inbox')),
    target('refused', queueArn('closed')),
    target('lost', functionArn('secret'), { dead_letter_config: [{ arn: queueArn('closed') }] }),
    { rule: 'uploads', arn: functionArn('reactor') },
  ],
  aws_lambda_permission: ['audio', 'watcher', 'never', 'reactor'].map((name) => ({
    function_name: name,
    principal: 'events.amazonaws.com',
    action: 'lambda:InvokeFunction',
  })),
  aws_cloudwatch_event_archive: [
    {
      name: 'domain',
      event_source_arn: busArn,
      event_pattern: JSON.stringify({ source: ['nova'] }),
      retention_days: 30,
    },
  ],
  aws_iam_role: [{ name: 'publisher', arn: roleArn }],
  aws_iam_role_policy: [
    {
      role: 'publisher',
      policy: JSON.stringify({
        Statement: [
          {
            Effect: 'Allow',
            Action: 'events:PutEvents',
            Resource: busArn,
            Condition: { StringEquals: { 'events:source': 'nova' } },
          },
        ],
      }),
    },
  ],
};

interface Sent {
  readonly queue: string;
  readonly body: BusEvent;
  readonly attributes: unknown;
}

/** EventBridge behind a signed endpoint, with recorded deliveries, until the end of the test. */
export async function eventBridgeFixture({
  dataDirectory = temporaryDirectory(),
  unknownFunction = '',
} = {}) {
  const stack = aStack(resources);
  const invoked: { arn: string; payload: BusEvent }[] = [];
  const sent: Sent[] = [];
  const logger = aRecordingLogger();
  const clock = { now: Date.now() };
  const eventBridge = openEventBridge({
    stack,
    dataDirectory,
    logger,
    now: () => clock.now,
    functions: {
      enqueue(arn, payload) {
        if (arn === unknownFunction) throw new Error(`Function not found: ${arn}`);
        invoked.push({ arn, payload: payload as BusEvent });
      },
    },
    queues: {
      send: (queue, body, attributes) => void sent.push({ queue, body: JSON.parse(body), attributes }),
    },
  });
  const identities = identitiesOf(stack, dataDirectory, aRecordingLogger());
  const endpoint = await startEndpoint({ port: 0, identities, services: [eventBridge.service], logger });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= endpoint.close().then(() => eventBridge.service.close?.()));
  onTestFinished(close);
  const clientFor = (credentials = identities.developer) =>
    new sdk.EventBridgeClient({ region, endpoint: endpoint.url, credentials, maxAttempts: 1 });
  const client = clientFor();
  return {
    ...eventBridge,
    client,
    asPublisher: clientFor(identities.credentialsFor(roleArn)),
    put: (...Entries: sdk.PutEventsRequestEntry[]) => client.send(new sdk.PutEventsCommand({ Entries })),
    to: (name: string) =>
      invoked.filter(({ arn }) => arn === functionArn(name)).map(({ payload }) => payload),
    invoked,
    sent,
    logger,
    clock,
    close,
    dataDirectory,
  };
}

export const entry = (
  DetailType: string,
  detail: object = {},
  more: Partial<sdk.PutEventsRequestEntry> = {},
) => ({
  EventBusName: 'nova',
  Source: 'nova',
  DetailType,
  Detail: JSON.stringify(detail),
  ...more,
});
