import { resultPrefix, uploadPrefix } from '@nova/shared/objects';
import type { Statement } from '../iam/policy.ts';

/** Policy statements for functions, each as narrow as its task. */

/** Load a stream and append a commit to it. The code's condition ensures that an append replaces nothing. */
export const appendEvents = (storeArn: string): Statement => ({
  sid: 'AppendEvents',
  actions: ['dynamodb:Query', 'dynamodb:PutItem'],
  resources: [storeArn],
});

/** Load one or all streams, and count commits, to build rows. */
export const readAllEvents = (storeArn: string): Statement => ({
  sid: 'ReadAllEvents',
  actions: ['dynamodb:Query', 'dynamodb:BatchGetItem', 'dynamodb:Scan', 'dynamodb:DescribeTable'],
  resources: [storeArn],
});

/** Read the keys that decrypt personal data in events. */
export const openPersonal = (keysArn: string): Statement => ({
  sid: 'OpenPersonal',
  actions: ['dynamodb:BatchGetItem'],
  resources: [keysArn],
});

/** Read keys and create a stream's key. The code's condition ensures that the stream has no key yet. */
export const encryptPersonal = (keysArn: string): Statement => ({
  sid: 'SealPersonal',
  actions: ['dynamodb:BatchGetItem', 'dynamodb:PutItem'],
  resources: [keysArn],
});

/**
 * Let DynamoDB use the own key of the table of streams' keys for a caller, and nobody else. Source: DynamoDB guide, "DynamoDB
 * encryption at rest: usage notes" (a caller needs kms:Decrypt).
 */
export const useOwnKey = (keyArn: string, region: string): Statement => ({
  sid: 'UseOwnKey',
  actions: ['kms:Decrypt'],
  resources: [keyArn],
  conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` } },
});

/** Destroy a stream's key. This is an update, because the time of destruction stays. */
export const destroyKeys = (keysArn: string): Statement => ({
  sid: 'DestroyKeys',
  actions: ['dynamodb:UpdateItem'],
  resources: [keysArn],
});

export const readRows = (readModelArn: string): Statement => ({
  sid: 'ReadRows',
  actions: ['dynamodb:GetItem', 'dynamodb:Query'],
  resources: [readModelArn],
});

/** Read rows, also many in one request: the jobs that the items of a page started. */
export const readManyRows = (readModelArn: string): Statement => ({
  sid: 'ReadRows',
  actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
  resources: [readModelArn],
});

/** Read a key's usage of the day. */
export const readUsage = (readModelArn: string): Statement => ({
  sid: 'ReadUsage',
  actions: ['dynamodb:GetItem'],
  resources: [readModelArn],
});

/**
 * Read a row's version and advance it, find and delete detail rows, compare all rows with the store, and switch the
 * generation that is read. Only the projector has this statement.
 */
export const writeRows = (readModelArn: string): Statement => ({
  sid: 'WriteRows',
  actions: [
    'dynamodb:GetItem',
    'dynamodb:BatchGetItem',
    'dynamodb:Query',
    'dynamodb:Scan',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'dynamodb:DeleteItem',
  ],
  resources: [readModelArn],
});

/** Actions of the event source mapping with the function's role. */
export const readStream = (streamArn: string): Statement[] => [
  {
    sid: 'ReadStream',
    actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
    resources: [streamArn],
  },
  // It takes no resource and has no condition key. It returns names of streams, not their records.
  { sid: 'ListStreams', actions: ['dynamodb:ListStreams'], resources: ['*'] },
];

/** Actions of the event source mapping for records the function could not process. */
export const keepFailedRecords = (bucketArn: string, recordsArn: string): Statement[] => [
  { sid: 'KeepFailedRecords', actions: ['s3:PutObject'], resources: [recordsArn] },
  { sid: 'FindFailureBucket', actions: ['s3:ListBucket'], resources: [bucketArn] },
];

/** Quarantine commits that no retry can project. */
export const quarantineCommits = (quarantineArn: string): Statement => ({
  sid: 'ParkCommits',
  actions: ['s3:PutObject'],
  resources: [quarantineArn],
});

export const publishEvents = (busArn: string): Statement => ({
  sid: 'PublishEvents',
  actions: ['events:PutEvents'],
  resources: [busArn],
});

export const sendDeadLetters = (queueArn: string): Statement => ({
  sid: 'SendDeadLetters',
  actions: ['sqs:SendMessage'],
  resources: [queueArn],
});

export const rememberSessions = (sessionsArn: string): Statement => ({
  sid: 'RememberSessions',
  actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
  resources: [sessionsArn],
});

/** Claim a request, save its response, and delete a failed one. */
export const rememberRequests = (requestsArn: string): Statement => ({
  sid: 'RememberRequests',
  actions: ['dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
  resources: [requestsArn],
});

/** Change the slots of keys' jobs. */
export const changeJobSlots = (slotsArn: string): Statement => ({
  sid: 'ChangeJobSlots',
  actions: ['dynamodb:UpdateItem'],
  resources: [slotsArn],
});

/** See whether a key has a slot for another job, and which of its jobs run. */
export const readJobSlots = (slotsArn: string): Statement => ({
  sid: 'ReadJobSlots',
  actions: ['dynamodb:GetItem'],
  resources: [slotsArn],
});

/** Take and free the places of a key's webhooks. */
export const takePlaces = (requestsArn: string): Statement => ({
  sid: 'TakePlaces',
  actions: ['dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
  resources: [requestsArn],
});

/** Schedule calls, and hand the role in whose name they are made to EventBridge Scheduler. */
export const scheduleCalls = (scheduleArns: string, roleArn: string): Statement[] => [
  { sid: 'ScheduleCalls', actions: ['scheduler:CreateSchedule'], resources: [scheduleArns] },
  {
    sid: 'LetScheduleCall',
    actions: ['iam:PassRole'],
    resources: [roleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
  },
];

/** Replace a session's memory with a marker. */
export const forgetSessions = (sessionsArn: string): Statement => ({
  sid: 'ForgetSessions',
  actions: ['dynamodb:PutItem'],
  resources: [sessionsArn],
});

const uploads = (bucketArn: string) => `${bucketArn}/${uploadPrefix}*`;
const results = (bucketArn: string) => `${bucketArn}/${resultPrefix}*`;

/**
 * Get objects under a prefix. It includes listing: without it S3 answers 403, not 404, for a missing key (S3 API reference,
 * GetObject and HeadObject, "Permissions"). Listing has no condition on `s3:prefix`, because these requests do not carry that
 * key. The bucket holds nothing but uploads and results.
 */
const readObjects = (sid: string, bucketArn: string, prefixes: readonly string[]): Statement[] => [
  { sid, actions: ['s3:GetObject'], resources: prefixes.map((prefix) => `${bucketArn}/${prefix}*`) },
  {
    sid: `${sid}OrSeeTheyAreMissing`,
    actions: ['s3:ListBucket'],
    resources: [bucketArn],
  },
];

export const readUploads = (bucketArn: string) => readObjects('ReadUploads', bucketArn, [uploadPrefix]);
export const readResults = (bucketArn: string) => readObjects('ReadResults', bucketArn, [resultPrefix]);
export const readContent = (bucketArn: string) =>
  readObjects('ReadContent', bucketArn, [uploadPrefix, resultPrefix]);

/** A presigned upload has its signer's permissions. */
export const acceptUploads = (bucketArn: string): Statement => ({
  sid: 'AcceptUploads',
  actions: ['s3:PutObject'],
  resources: [uploads(bucketArn)],
});

/** Write results, and delete a result if its item was deleted meanwhile. */
export const writeResults = (bucketArn: string): Statement => ({
  sid: 'WriteResults',
  actions: ['s3:PutObject', 's3:DeleteObject'],
  resources: [results(bucketArn)],
});

/** Abort a multipart upload of a result. */
export const abortWriting = (bucketArn: string): Statement => ({
  sid: 'AbortWriting',
  actions: ['s3:AbortMultipartUpload'],
  resources: [results(bucketArn)],
});

/** Delete files and results, and find and abort unfinished uploads. Source: S3 user guide, "Multipart upload API and permissions". */
export const eraseContent = (bucketArn: string): Statement[] => [
  {
    sid: 'EraseContent',
    actions: ['s3:DeleteObject', 's3:AbortMultipartUpload'],
    resources: [uploads(bucketArn), results(bucketArn)],
  },
  { sid: 'FindUnfinishedUploads', actions: ['s3:ListBucketMultipartUploads'], resources: [bucketArn] },
];

/** A query that filters or returns metadata also needs GetVectors. Source: S3 Vectors guide, "QueryVectors". */
export const queryVectors = (indexArn: string): Statement => ({
  sid: 'QueryVectors',
  actions: ['s3vectors:QueryVectors', 's3vectors:GetVectors'],
  resources: [indexArn],
});

/** Put and delete vectors, and see which are there. */
export const writeVectors = (indexArn: string): Statement => ({
  sid: 'WriteVectors',
  actions: ['s3vectors:GetVectors', 's3vectors:PutVectors', 's3vectors:DeleteVectors'],
  resources: [indexArn],
});

/**
 * Start jobs at Amazon Transcribe, and read and delete those whose names have the stage's prefix. Starting takes no resource, so
 * its condition allows only jobs that write into the stage's own bucket.
 */
export const transcribe = (jobsArn: string, outputBucket: string): Statement[] => [
  {
    sid: 'StartTranscribing',
    actions: ['transcribe:StartTranscriptionJob'],
    resources: ['*'],
    conditions: { StringEquals: { 'transcribe:OutputBucketName': outputBucket } },
  },
  {
    sid: 'Transcribe',
    actions: ['transcribe:GetTranscriptionJob', 'transcribe:DeleteTranscriptionJob'],
    resources: [jobsArn],
  },
];

export const applyGuardrail = (guardrailArn: string): Statement => ({
  sid: 'ApplyGuardrail',
  actions: ['bedrock:ApplyGuardrail'],
  resources: [guardrailArn],
});
