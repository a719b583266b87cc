import { jobEnds } from './api/webhooks.ts';
import { type EventName, eventNames, eventSource } from './events/index.ts';
import type { FunctionName } from './functions.ts';
import { uploadPrefix } from './objects.ts';
import type { JobKind } from './vocabulary.ts';

/** A function and the events that invoke it; each becomes one EventBridge rule with one target. */
export interface Subscription {
  readonly function: FunctionName;
  /**
   * The function that received these events before. It keeps its dead-letter queue, and puts events that still reach it back
   * on the bus, unless another subscription gives it the same events.
   */
  readonly formerly?: FunctionName;
  readonly description: string;
  /** `default`: the account's own bus, where AWS services publish. `domain`: ours. */
  readonly bus: 'default' | 'domain';
  /** EventBridge event pattern. `modules` add the conditions that depend on the stage, as the next members say. */
  readonly pattern: Readonly<Record<string, unknown>>;
  /** Only events of the content bucket. */
  readonly bucket?: true;
  /** Only events of this stage's jobs at Amazon Transcribe. */
  readonly transcribeJobs?: true;
}

const domain = (types: readonly EventName[], detail?: object) => ({
  source: [eventSource],
  'detail-type': types,
  ...(detail ? { detail } : {}),
});

const jobs = (kind: JobKind) =>
  domain(['JobRequested', 'JobRetried', 'JobDequeued'], { data: { task: { kind: [kind] } } });
const parts = (kind: JobKind) => domain(['JobPartRequested'], { data: { kind: [kind] } });

export const subscriptions = {
  uploads: {
    function: 'event-handler',
    description: 'A file arrived in the content bucket',
    bus: 'default',
    pattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { object: { key: [{ prefix: uploadPrefix }] } },
    },
    bucket: true,
  },
  reactions: {
    function: 'event-handler',
    description: 'Uploads start jobs, results start indexing, deletions erase files and memory',
    bus: 'domain',
    pattern: domain([
      'ContentUploaded',
      'TranscriptAttached',
      'AnalysisAttached',
      'ContentRejected',
      'ContentDeleted',
      'SessionDeleted',
    ]),
  },
  'job-ends': {
    function: 'webhook-handler',
    formerly: 'event-handler',
    description: 'The end of a job calls its webhook',
    bus: 'domain',
    pattern: domain(Object.keys(jobEnds) as (keyof typeof jobEnds)[]),
  },
  'free-slots': {
    function: 'event-handler',
    description: 'The end of a job starts the next one of its key',
    bus: 'domain',
    pattern: domain(Object.keys(jobEnds) as (keyof typeof jobEnds)[]),
  },
  'webhook-redrives': {
    function: 'webhook-handler',
    description: 'The owner of the key requests a webhook again',
    bus: 'domain',
    pattern: domain(['WebhookRequested']),
  },
  'failed-work': {
    function: 'event-handler',
    description: 'A job function ended without an answer, after all retries',
    bus: 'domain',
    pattern: { source: ['lambda'], 'detail-type': ['Lambda Function Invocation Result - Failure'] },
  },
  transcriptions: {
    function: 'audio-handler',
    description: 'Transcription jobs',
    bus: 'domain',
    pattern: jobs('transcription'),
  },
  'transcription-parts': {
    function: 'audio-handler',
    description: 'Parts of recordings to be transcribed',
    bus: 'domain',
    pattern: parts('transcription'),
  },
  'transcribe-ended': {
    function: 'audio-handler',
    description: 'Amazon Transcribe has ended a job that was given to it',
    bus: 'default',
    pattern: {
      source: ['aws.transcribe'],
      'detail-type': ['Transcribe Job State Change'],
      detail: { TranscriptionJobStatus: ['COMPLETED', 'FAILED'] },
    },
    transcribeJobs: true,
  },
  analyses: {
    function: 'video-handler',
    description: 'Video analysis jobs',
    bus: 'domain',
    pattern: jobs('analysis'),
  },
  'analysis-parts': {
    function: 'video-handler',
    description: 'Parts of videos to be analysed',
    bus: 'domain',
    pattern: parts('analysis'),
  },
  indexing: {
    function: 'index-handler',
    formerly: 'search-handler',
    description: 'Indexing jobs',
    bus: 'domain',
    pattern: jobs('indexing'),
  },
  'indexing-parts': {
    function: 'index-handler',
    formerly: 'search-handler',
    description: 'Parts of recordings, videos and documents to be indexed',
    bus: 'domain',
    pattern: parts('indexing'),
  },
  'vector-erasure': {
    function: 'index-handler',
    formerly: 'search-handler',
    description: 'Deleted content leaves the index',
    bus: 'domain',
    pattern: domain(['ContentDeleted']),
  },
} as const satisfies Record<string, Subscription>;

/** Domain events with at least one subscriber. */
export const subscribedEvents = eventNames.filter((name) =>
  Object.values<Subscription>(subscriptions).some(
    ({ pattern }) => lists(pattern.source, eventSource) && lists(pattern['detail-type'], name),
  ),
);

function lists(values: unknown, value: string): boolean {
  return Array.isArray(values) && values.includes(value);
}

export type SubscriptionName = keyof typeof subscriptions;

type Declared = (typeof subscriptions)[SubscriptionName];

/** The functions that receive events, or received them before; each has a dead-letter queue. */
export type Subscriber = Declared['function'] | Extract<Declared, { formerly: FunctionName }>['formerly'];
export const subscribers = [
  ...new Set(
    Object.values(subscriptions).flatMap((subscription: Declared): Subscriber[] =>
      'formerly' in subscription ? [subscription.function, subscription.formerly] : [subscription.function],
    ),
  ),
] as const;
