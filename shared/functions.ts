import type { Variable } from './environment.ts';

/** How a function is shipped: a zip of its bundle, or a container image from ECR. */
export type Packaging = 'zip' | 'image';

export interface FunctionContract {
  /** Shown in the AWS console. */
  readonly description: string;
  readonly packaging: Packaging;
  /** Megabytes; the seed's figure. */
  readonly memoryMb: number;
  /** Seconds; the seed's figure. */
  readonly timeoutSeconds: number;
  /** Exactly the variables that it has and may read. */
  readonly environment: readonly Variable[];
}

/** Variables of every function that appends events. */
const writes = ['EVENT_STORE_TABLE', 'STREAM_KEYS_TABLE'] as const;

/** Variables of every function that checks budgets. */
const checksBudgets = ['READ_MODEL_TABLE', 'TOKEN_BUDGETS'] as const;

/** Variables of every function that requests, starts or ends jobs. */
const queuesJobs = ['JOB_SLOTS_TABLE', 'JOB_BOUNDS'] as const;

/** Variables of every function that answers requests, of which a POST may be repeated. */
const answersRequests = ['PAGE_ORIGIN', 'REQUESTS_TABLE'] as const;

/** Variables of every function that accepts requests for jobs. */
const acceptsJobs = [...writes, ...answersRequests, ...checksBudgets, ...queuesJobs] as const;

/** The functions. `modules` deploys them, `lambdas` implements them, `local` runs them. */
export const functions = {
  'agent-core': {
    description: 'Chat with an agent that uses tools over search, media and jobs',
    packaging: 'image',
    memoryMb: 1024,
    timeoutSeconds: 300,
    environment: [
      ...acceptsJobs,
      'SESSION_TABLE',
      'CONTENT_BUCKET',
      'VECTOR_BUCKET',
      'VECTOR_INDEX',
      'CHAT_MODEL_ID',
      'EMBEDDING_MODEL_ID',
      'GUARDRAIL_ID',
      'GUARDRAIL_VERSION',
    ],
  },
  'audio-handler': {
    description: 'Speech recognition with speakers and emotions',
    packaging: 'zip',
    memoryMb: 512,
    timeoutSeconds: 300,
    environment: [
      ...acceptsJobs,
      'CONTENT_BUCKET',
      'SPEECH_MODEL_ID',
      'SPEECH_PACE',
      'TRANSCRIBE_PREFIX',
      'WEBHOOK_INTERNAL_HOSTS',
    ],
  },
  'video-handler': {
    description: 'Video analysis: timeline, answers, anomalies',
    packaging: 'zip',
    memoryMb: 512,
    timeoutSeconds: 300,
    environment: [...acceptsJobs, 'CONTENT_BUCKET', 'VIDEO_MODEL_ID', 'WEBHOOK_INTERNAL_HOSTS'],
  },
  'search-handler': {
    description: 'Semantic search',
    packaging: 'zip',
    memoryMb: 256,
    timeoutSeconds: 60,
    environment: [
      ...acceptsJobs,
      'CONTENT_BUCKET',
      'VECTOR_BUCKET',
      'VECTOR_INDEX',
      'EMBEDDING_MODEL_ID',
      'EVENT_BUS',
    ],
  },
  'index-handler': {
    description: 'Indexing of content; erasure of vectors',
    packaging: 'zip',
    memoryMb: 512,
    timeoutSeconds: 300,
    environment: [
      ...writes,
      ...checksBudgets,
      ...queuesJobs,
      'CONTENT_BUCKET',
      'VECTOR_BUCKET',
      'VECTOR_INDEX',
      'EMBEDDING_MODEL_ID',
      'VIDEO_MODEL_ID',
    ],
  },
  'event-projector': {
    description: 'DynamoDB stream to read model, idempotent; publishes domain events',
    packaging: 'zip',
    memoryMb: 256,
    timeoutSeconds: 60,
    environment: [
      'EVENT_STORE_TABLE',
      'STREAM_KEYS_TABLE',
      'READ_MODEL_TABLE',
      'EVENT_BUS',
      'FAILURE_BUCKET',
    ],
  },
  'event-handler': {
    description: 'Reactions: uploads start jobs, results start indexing, deletions erase',
    packaging: 'zip',
    memoryMb: 256,
    timeoutSeconds: 60,
    environment: [...writes, ...queuesJobs, 'CONTENT_BUCKET', 'SESSION_TABLE', 'REACTIONS'],
  },
  'webhook-handler': {
    description: 'Calls the webhooks of jobs that have ended',
    packaging: 'zip',
    memoryMb: 256,
    timeoutSeconds: 60,
    environment: [...writes, 'REQUESTS_TABLE', 'WEBHOOK_INTERNAL_HOSTS', 'WEBHOOK_SCHEDULES'],
  },
  'content-handler': {
    description: 'Uploads, catalogue, jobs, sessions, usage',
    packaging: 'zip',
    memoryMb: 256,
    timeoutSeconds: 30,
    environment: [...acceptsJobs, 'CONTENT_BUCKET', 'REACTIONS'],
  },
} as const satisfies Record<string, FunctionContract>;

export type FunctionName = keyof typeof functions;
export const functionNames = Object.keys(functions) as FunctionName[];

/** The entry point of every bundle in Lambda's notation: file `index.mjs`, export `handler`. */
export const handlerEntry = 'index.handler';

/** The tag that names a deployed resource's function in this contract. */
export const functionTag = 'NovaFunction';
