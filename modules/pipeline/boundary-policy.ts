import { transcribePrefixOf } from '@nova/shared/naming';
import type { Statement } from '../iam/policy.ts';
import type { Settings } from '../settings.ts';
import { ownKeyStatements } from './own-key-statements.ts';
import { stageArns } from './stage-arns.ts';

/**
 * The permissions boundary of the stage's functions: every action that functions need, on the stage's own resources. Each role has
 * far fewer permissions; the boundary limits those a workflow could add. A role has only one boundary, so unlike the other policies
 * it cannot be split when it becomes too long.
 */
export function boundaryStatements(settings: Settings, accountId: string): Statement[] {
  const arns = stageArns(settings, accountId);
  const { prefix, region } = settings;
  const at = (service: string, path: string) => `arn:aws:${service}:${region}:${accountId}:${path}`;
  return [
    {
      sid: 'Logs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: arns.logStreams,
    },
    // Neither takes a resource.
    { sid: 'Traces', actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] },
    { sid: 'Streams', actions: ['dynamodb:ListStreams'], resources: ['*'] },
    {
      sid: 'Rows',
      actions: [
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:Query',
        'dynamodb:Scan',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
        'dynamodb:DescribeTable',
      ],
      resources: arns.tables,
    },
    {
      sid: 'Records',
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      resources: arns.tableStreams,
    },
    {
      sid: 'Objects',
      actions: [
        's3:ListBucket',
        's3:ListBucketMultipartUploads',
        's3:GetObject',
        's3:PutObject',
        's3:DeleteObject',
        's3:AbortMultipartUpload',
      ],
      resources: arns.buckets.flatMap((bucket) => [bucket, `${bucket}/*`]),
    },
    {
      sid: 'Vectors',
      actions: [
        's3vectors:QueryVectors',
        's3vectors:GetVectors',
        's3vectors:PutVectors',
        's3vectors:DeleteVectors',
      ],
      resources: arns.vectorIndexes,
    },
    { sid: 'Events', actions: ['events:PutEvents'], resources: [at('events', `event-bus/${prefix}`)] },
    { sid: 'Letters', actions: ['sqs:SendMessage'], resources: arns.queues },
    {
      sid: 'Models',
      actions: [
        'bedrock:InvokeModel',
        'bedrock:InvokeModelWithResponseStream',
        'bedrock:InvokeModelWithBidirectionalStream',
        'bedrock:ApplyGuardrail',
      ],
      // Any model, so that a change of models does not change the boundary.
      resources: [
        'arn:aws:bedrock:*::foundation-model/*',
        at('bedrock', 'inference-profile/*'),
        ...arns.guardrails,
      ],
    },
    {
      // Starting a job takes no resource; the condition limits where the job writes.
      sid: 'NewTranscriptions',
      actions: ['transcribe:StartTranscriptionJob'],
      resources: ['*'],
      conditions: { StringEquals: { 'transcribe:OutputBucketName': arns.contentBucketName } },
    },
    {
      sid: 'Transcriptions',
      actions: ['transcribe:GetTranscriptionJob', 'transcribe:DeleteTranscriptionJob'],
      resources: [at('transcribe', `transcription-job/${transcribePrefixOf(prefix)}*`)],
    },
    { sid: 'Schedules', actions: ['scheduler:CreateSchedule'], resources: arns.schedules },
    {
      sid: 'HandOver',
      actions: ['iam:PassRole'],
      resources: arns.schedulesRole,
      conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    },
    ...ownKeyStatements(settings, accountId).boundary,
  ];
}

/** The permissions boundary of services that act on the stage's functions. A function that had it could not read any data. */
export function servicesBoundaryStatements(settings: Settings, accountId: string): Statement[] {
  const arns = stageArns(settings, accountId);
  return [
    {
      sid: 'Rollouts',
      actions: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
      resources: arns.functions,
    },
    {
      sid: 'Alarms',
      actions: ['cloudwatch:DescribeAlarms'],
      resources: [`arn:aws:cloudwatch:${settings.region}:${accountId}:alarm:*`],
    },
    { sid: 'Schedules', actions: ['lambda:InvokeFunction'], resources: arns.functions },
    { sid: 'Letters', actions: ['sqs:SendMessage'], resources: arns.queues },
  ];
}
