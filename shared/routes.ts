import * as z from 'zod';
import { ChatRequest, ChatResponse } from './api/chat.ts';
import {
  CompleteUploadRequest,
  Content,
  ContentPage,
  CreateContentRequest,
  CreateContentResponse,
  ListContentQuery,
  MediaTypes,
} from './api/content.ts';
import { Job, JobAccepted, JobPage, JobsAccepted, ListJobsQuery } from './api/jobs.ts';
import {
  AnalyzeRequest,
  subtitleTypes,
  TranscribeRequest,
  Transcript,
  TranscriptQuery,
} from './api/media.ts';
import { IndexQuery, SearchRequest, SearchRequestExactlyOne, SearchResponse } from './api/search.ts';
import { ListSessionsQuery, Session, SessionPage, SessionQuery } from './api/sessions.ts';
import { Usage, UsageQuery } from './api/usage.ts';
import { WebhookAccepted } from './api/webhooks.ts';
import type { FunctionName } from './functions.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** In API Gateway's syntax, without the stage: `/content/{id}`. */
  readonly path: string;
  readonly function: FunctionName;
  readonly summary: string;
  /** Schema of the body; it becomes the API Gateway model, the OpenAPI schema and the handler's parser. */
  readonly body?: z.ZodType;
  /** A stricter parser for the handler, where JSON Schema cannot express the whole rule. */
  readonly bodyRule?: z.ZodType;
  readonly query?: z.ZodType;
  /** Status of a success and the schema of its body; null when it has no body. */
  readonly success: { readonly status: 200 | 201 | 202 | 204; readonly body: z.ZodType | null };
  /** Media types of text that the answer may have instead of JSON. */
  readonly texts?: readonly string[];
  /** The answer may be streamed (server-sent events), up to API Gateway's 15 minutes. */
  readonly stream?: true;
}

/** The REST API, each route once. API Gateway adds the stage and checks the API key, which every route requires. */
export const routes = {
  chat: {
    method: 'POST',
    path: '/agent/chat',
    function: 'agent-core',
    summary:
      'Chat with the agent. The answer is JSON, or server-sent events with Accept: text/event-stream. To stop an answer, call DELETE /sessions/{id}/answer; closing the connection is not enough',
    body: ChatRequest,
    success: { status: 200, body: ChatResponse },
    stream: true,
  },
  transcribe: {
    method: 'POST',
    path: '/audio/transcribe',
    function: 'audio-handler',
    summary: 'Start a transcription of an uploaded recording, or of the sound of a video',
    body: TranscribeRequest,
    success: { status: 202, body: JobAccepted },
  },
  analyze: {
    method: 'POST',
    path: '/video/analyze',
    function: 'video-handler',
    summary:
      'Start an analysis of an uploaded video of up to two hours; containers that cannot be cut may last 15 minutes',
    body: AnalyzeRequest,
    success: { status: 202, body: JobAccepted },
  },
  search: {
    method: 'POST',
    path: '/search',
    function: 'search-handler',
    summary: 'Find passages by meaning, each with the second at which it starts',
    body: SearchRequest,
    bodyRule: SearchRequestExactlyOne,
    success: { status: 200, body: SearchResponse },
  },
  createContent: {
    method: 'POST',
    path: '/content',
    function: 'content-handler',
    summary: 'Register a file and get the address to upload it to',
    body: CreateContentRequest,
    success: { status: 201, body: CreateContentResponse },
  },
  completeUpload: {
    method: 'POST',
    path: '/content/{id}/upload',
    function: 'content-handler',
    summary: 'Complete the upload of a large file, once all its parts are uploaded',
    body: CompleteUploadRequest,
    success: { status: 204, body: null },
  },
  listContent: {
    method: 'GET',
    path: '/content',
    function: 'content-handler',
    summary: 'List your content, newest first, with what became of each upload',
    query: ListContentQuery,
    success: { status: 200, body: ContentPage },
  },
  getContent: {
    method: 'GET',
    path: '/content/{id}',
    function: 'content-handler',
    summary: 'Get a content item with its transcript or analysis',
    success: { status: 200, body: Content },
  },
  getMediaTypes: {
    method: 'GET',
    path: '/media-types',
    function: 'content-handler',
    summary: 'List the media types that uploads may have, each with its limit and file name extensions',
    success: { status: 200, body: MediaTypes },
  },
  getTranscript: {
    method: 'GET',
    path: '/content/{id}/transcript',
    function: 'content-handler',
    summary: 'Get the transcript of a recording as JSON, WebVTT or SubRip',
    query: TranscriptQuery,
    success: { status: 200, body: Transcript },
    texts: Object.values(subtitleTypes),
  },
  indexContent: {
    method: 'POST',
    path: '/content/{id}/index',
    function: 'search-handler',
    summary: 'Index a content item again: every source it has, with one job for each',
    query: IndexQuery,
    success: { status: 202, body: JobsAccepted },
  },
  deleteContent: {
    method: 'DELETE',
    path: '/content/{id}',
    function: 'content-handler',
    summary: 'Erase a content item: its file, results and vectors',
    success: { status: 204, body: null },
  },
  listJobs: {
    method: 'GET',
    path: '/jobs',
    function: 'content-handler',
    summary: 'List your jobs, newest first',
    query: ListJobsQuery,
    success: { status: 200, body: JobPage },
  },
  getJob: {
    method: 'GET',
    path: '/jobs/{id}',
    function: 'content-handler',
    summary: 'Get the status and progress of a job',
    success: { status: 200, body: Job },
  },
  cancelJob: {
    method: 'DELETE',
    path: '/jobs/{id}',
    function: 'content-handler',
    summary: 'Cancel a job that has not ended',
    success: { status: 204, body: null },
  },
  retryJob: {
    method: 'POST',
    path: '/jobs/{id}/retry',
    function: 'content-handler',
    summary: 'Retry a failed job; finished segments are kept',
    success: { status: 202, body: JobAccepted },
  },
  redriveWebhook: {
    method: 'POST',
    path: '/jobs/{id}/webhook',
    function: 'content-handler',
    summary: 'Call the webhook of an ended job again, after no call was accepted',
    success: { status: 202, body: WebhookAccepted },
  },
  listSessions: {
    method: 'GET',
    path: '/sessions',
    function: 'content-handler',
    summary: 'List your chat sessions, newest first',
    query: ListSessionsQuery,
    success: { status: 200, body: SessionPage },
  },
  getSession: {
    method: 'GET',
    path: '/sessions/{id}',
    function: 'content-handler',
    summary: 'Get the history of a chat session',
    query: SessionQuery,
    success: { status: 200, body: Session },
  },
  deleteSession: {
    method: 'DELETE',
    path: '/sessions/{id}',
    function: 'content-handler',
    summary: 'Delete a chat session and erase its messages',
    success: { status: 204, body: null },
  },
  stopAnswer: {
    method: 'DELETE',
    path: '/sessions/{id}/answer',
    function: 'content-handler',
    summary:
      'Stop the answer in progress in a session, within seconds; the text so far is kept. A client that stops reading calls this too: closing the connection is not enough',
    success: { status: 204, body: null },
  },
  getUsage: {
    method: 'GET',
    path: '/usage',
    function: 'content-handler',
    summary: 'Get tokens and estimated cost per day, and the remaining budget',
    query: UsageQuery,
    success: { status: 200, body: Usage },
  },
  getOpenApi: {
    method: 'GET',
    path: '/openapi.json',
    function: 'content-handler',
    summary: 'Get this API as an OpenAPI 3.1 document',
    success: { status: 200, body: z.record(z.string(), z.unknown()) },
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
export const routeNames = Object.keys(routes) as RouteName[];

/** The API stage, which is the first segment of every path. */
export const apiStage = 'v1';

/** Request and response header that carries the correlation id. */
export const correlationHeader = 'x-correlation-id';

/** Request header that makes a POST safe to repeat (IETF draft-ietf-httpapi-idempotency-key-header). */
export const idempotencyHeader = 'idempotency-key';

/** Response header with the seconds to wait before retrying (RFC 9110 §10.2.3). */
export const retryAfterHeader = 'retry-after';

/** Request header with the tag of an answer that the client has (RFC 9110 §13.1.2). */
export const heldHeader = 'if-none-match';

/** Request header with the API key, as API Gateway names it. */
export const apiKeyHeader = 'x-api-key';

/** What the API lets a page of another origin do (Fetch standard, "CORS protocol"). */
export const crossOrigin = {
  /** Request headers that a page may send. */
  allowedHeaders: [apiKeyHeader, 'content-type', idempotencyHeader, correlationHeader, heldHeader],
  /** Response headers that a page may read, besides those that it always may. */
  exposedHeaders: [correlationHeader, 'etag', retryAfterHeader],
  /** Seconds for which a browser keeps the answer to a preflight. Chromium keeps it for two hours at most. */
  preflightSeconds: 7200,
} as const;

/** In place of an origin: no page of another origin may call the API. */
export const noOrigin = 'none';

/**
 * Headers by which pages of an origin may read an answer.
 * @param origin as in a browser, `*` for any, or {@link noOrigin}
 */
export const crossOriginHeaders = (origin: string): Record<string, string> =>
  origin === noOrigin
    ? {}
    : {
        'access-control-allow-origin': origin,
        'access-control-expose-headers': crossOrigin.exposedHeaders.join(','),
      };
