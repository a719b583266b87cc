import { resultPrefix, uploadPrefix } from '@nova/shared/objects';
import type { Statement } from '../iam/policy.ts';

/** What functions may be allowed, each grant as narrow as the work it is for. */

/** Load a stream and append a commit to it. That an append replaces nothing is the condition the code puts with it. */
export const appendEvents = (storeArn: string): Statement => ({
  sid: 'AppendEvents',
  actions: ['dynamodb:Query', 'dynamodb:PutItem'],
  resources: [storeArn],
});

/** Load streams, one or all of them, and tell how many commits there are: what rows are made from. */
export const readAllEvents = (storeArn: string): Statement => ({
  sid: 'ReadAllEvents',
  actions: ['dynamodb:Query', 'dynamodb:BatchGetItem', 'dynamodb:Scan', 'dynamodb:DescribeTable'],
  resources: [storeArn],
});

/** Read the keys that open what is personal in events. */
export const openPersonal = (keysArn: string): Statement => ({
  sid: 'OpenPersonal',
  actions: ['dynamodb:BatchGetItem'],
  resources: [keysArn],
});

/** The same, and give a stream its key. That it has none before is the condition the code puts with it. */
export const encryptPersonal = (keysArn: string): Statement => ({
  sid: 'SealPersonal',
  actions: ['dynamodb:BatchGetItem', 'dynamodb:PutItem'],
  resources: [keysArn],
});

/** Take a stream's key away for good: an update, since the moment of it stays. */
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

/**
 * See how far a row is and put it further, find detail rows and delete them, compare all rows with the store, and say
 * which rows are read; only the projector holds this one.
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

/** What the event source mapping does in the function's name. */
export const readStream = (streamArn: string): Statement => ({
  sid: 'ReadStream',
  actions: [
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
  ],
  resources: [streamArn],
});

/** What the event source mapping does with records the function could not take. */
export const keepFailedRecords = (bucketArn: string, recordsArn: string): Statement[] => [
  { sid: 'KeepFailedRecords', actions: ['s3:PutObject'], resources: [recordsArn] },
  { sid: 'FindFailureBucket', actions: ['s3:ListBucket'], resources: [bucketArn] },
];

/** Put commits aside that no retry can project. */
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

/** Begin a request once, keep its answer, and forget one that failed. */
export const rememberRequests = (requestsArn: string): Statement => ({
  sid: 'RememberRequests',
  actions: ['dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
  resources: [requestsArn],
});

/** Put in the place of a memory that it was forgotten. */
export const forgetSessions = (sessionsArn: string): Statement => ({
  sid: 'ForgetSessions',
  actions: ['dynamodb:PutItem'],
  resources: [sessionsArn],
});

const uploads = (bucketArn: string) => `${bucketArn}/${uploadPrefix}*`;
const results = (bucketArn: string) => `${bucketArn}/${resultPrefix}*`;

/**
 * Get objects under a prefix. Listing goes with it: without it S3 answers 403, not 404, for a key that is not there
 * (S3 API reference, HeadObject, "Permissions"); the key asked for then counts as `s3:prefix`.
 */
const readObjects = (sid: string, bucketArn: string, prefixes: readonly string[]): Statement[] => [
  { sid, actions: ['s3:GetObject'], resources: prefixes.map((prefix) => `${bucketArn}/${prefix}*`) },
  {
    sid: `${sid}OrSeeTheyAreMissing`,
    actions: ['s3:ListBucket'],
    resources: [bucketArn],
    conditions: { StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } },
  },
];

export const readResults = (bucketArn: string) => readObjects('ReadResults', bucketArn, [resultPrefix]);
export const readContent = (bucketArn: string) =>
  readObjects('ReadContent', bucketArn, [uploadPrefix, resultPrefix]);

/** A presigned upload does what its signer may do. */
export const acceptUploads = (bucketArn: string): Statement => ({
  sid: 'AcceptUploads',
  actions: ['s3:PutObject'],
  resources: [uploads(bucketArn)],
});

/** A result whose item was deleted meanwhile is taken back. */
export const writeResults = (bucketArn: string): Statement => ({
  sid: 'WriteResults',
  actions: ['s3:PutObject', 's3:DeleteObject'],
  resources: [results(bucketArn)],
});

/** Give up a result that is written in parts. */
export const abortWriting = (bucketArn: string): Statement => ({
  sid: 'AbortWriting',
  actions: ['s3:AbortMultipartUpload'],
  resources: [results(bucketArn)],
});

export const eraseContent = (bucketArn: string): Statement => ({
  sid: 'EraseContent',
  actions: ['s3:DeleteObject'],
  resources: [uploads(bucketArn), results(bucketArn)],
});

/** A query that filters or returns metadata needs GetVectors too. Source: S3 Vectors guide, "QueryVectors". */
export const queryVectors = (indexArn: string): Statement => ({
  sid: 'QueryVectors',
  actions: ['s3vectors:QueryVectors', 's3vectors:GetVectors'],
  resources: [indexArn],
});

export const writeVectors = (indexArn: string): Statement => ({
  sid: 'WriteVectors',
  actions: ['s3vectors:PutVectors', 's3vectors:DeleteVectors'],
  resources: [indexArn],
});

/** Give recordings to Amazon Transcribe, under names of this stage, and take back what came of them. */
export const transcribe = (jobsArn: string): Statement => ({
  sid: 'Transcribe',
  actions: [
    'transcribe:StartTranscriptionJob',
    'transcribe:GetTranscriptionJob',
    'transcribe:DeleteTranscriptionJob',
  ],
  resources: [jobsArn],
});

export const applyGuardrail = (guardrailArn: string): Statement => ({
  sid: 'ApplyGuardrail',
  actions: ['bedrock:ApplyGuardrail'],
  resources: [guardrailArn],
});
