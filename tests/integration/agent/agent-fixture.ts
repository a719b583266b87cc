import '../testing/lambda-environment.ts';
import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { SearchHit } from '@nova/shared/api/search';
import { type RecordedEvent, sessionStream } from '@nova/shared/events/index';
import { noOrigin } from '@nova/shared/routes';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { dynamodbEventStore } from '../../../lambdas/event-store/dynamodb-store.ts';
import { dynamodbEncryption } from '../../../lambdas/event-store/encryption/encryption.ts';
import type { EventStore } from '../../../lambdas/event-store/store.ts';
import { chatModel } from '../../../lambdas/functions/agent-core/model/chat-model.ts';
import { chatResponder } from '../../../lambdas/functions/agent-core/response/chat-responder.ts';
import { chat } from '../../../lambdas/functions/agent-core/turn/chat.ts';
import { dynamodbIdempotency } from '../../../lambdas/http/idempotency/idempotency.ts';
import type { GuardrailChecks } from '../../../lambdas/models/guardrail.ts';
import { readModel } from '../../../lambdas/read-model/rows.ts';
import { dynamodbSessionMemory, type SessionMemory } from '../../../lambdas/session-memory/session-memory.ts';
import { memoryJobQueue } from '../../../lambdas/testing/memory-job-slots.ts';
import { memoryObjects } from '../../../lambdas/testing/memory-objects.ts';
import { budgetCheck } from '../../../lambdas/usage/budget-check.ts';
import { dayUsage } from '../../../lambdas/usage/day-usage.ts';
import type { SemanticSearch } from '../../../lambdas/vectors/semantic-search.ts';
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts';
import { startTables, type Tables } from './tables-fixture.ts';

export const modelId = 'us.anthropic.claude-sonnet-4-6';
const tokensPerDay = 100_000;

export interface ChatAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests assert what is in it
  readonly json: any;
  /** The server-sent events, by name and data. */
  // biome-ignore lint/suspicious/noExplicitAny: tests assert what is in it
  readonly events: readonly { readonly event: string; readonly data: any }[];
}

export interface Post {
  readonly body: unknown;
  readonly tenant?: string;
  readonly events?: boolean;
  /** Milliseconds that the function has left. */
  readonly remaining?: number;
  /** Disconnects as soon as this text has arrived. */
  readonly leaveAt?: string;
  /** Called with everything received so far, whenever more arrives. */
  readonly onWire?: (received: string) => void;
  readonly idempotencyKey?: string;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface AgentFixture {
  readonly model: ScriptedModel;
  readonly tables: Tables;
  readonly store: EventStore;
  readonly memory: SessionMemory;
  /** Hits of every search, for every tenant. */
  found: SearchHit[];
  /** Searches so far, each with its tenant. */
  readonly searches: { readonly tenant: string; readonly query: string; readonly contentIds?: unknown }[];
  failSearch: Error | undefined;
  /** The guardrail's checks. They find nothing unless a test replaces them. */
  readonly guardrail: Mutable<GuardrailChecks>;
  /** Daily token budgets of tenants that have their own. */
  readonly budgets: Map<string, number>;
  /** `POST /agent/chat`, through the function's code. */
  post(post: Post): Promise<ChatAnswer>;
  /** Removes hits, failures and checks that a test has set. */
  reset(): void;
  /** Events of a session's stream. */
  history(sessionId: string, tenant?: string): Promise<readonly RecordedEvent[]>;
  close(): Promise<void>;
}

export const tenant = 'key-1';

/** A guardrail that finds nothing. */
const noFindings: GuardrailChecks = {
  findAttacks: async (texts) => texts.map(() => false),
  replaceUngrounded: async () => undefined,
};

/**
 * Starts the agent on real tables, with a model that returns scripted answers.
 * @param heartbeatMs time without an event after which a stream sends a heartbeat
 */
export async function startAgent({
  heartbeatMs,
}: {
  readonly heartbeatMs?: number;
} = {}): Promise<AgentFixture> {
  const [tables, model] = await Promise.all([startTables(), startScriptedModel()]);
  process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME = model.url;
  Object.assign(globalThis, { awslambda: { HttpResponseStream: { from: withPrelude } } });
  const store = dynamodbEventStore(
    tables.client,
    'event-store',
    dynamodbEncryption(tables.client, 'stream-keys'),
  );
  const memory = dynamodbSessionMemory(tables.client, 'session-memory');
  const searches: AgentFixture['searches'] = [];
  const search: SemanticSearch = {
    async query(asker, { query, contentIds }) {
      searches.push({ tenant: asker, query, contentIds });
      if (fixture.failSearch) throw fixture.failSearch;
      return fixture.found;
    },
    near: async () => undefined,
  };
  const rows = readModel(tables.client, 'read-model');
  const budgets: AgentFixture['budgets'] = new Map();
  const guardrail: AgentFixture['guardrail'] = { ...noFindings };
  const respond = chatResponder(
    chat({
      store,
      memory,
      rows,
      objects: memoryObjects(),
      search,
      guardrail,
      model: chatModel({ modelId, guardrailId: 'guardrail', guardrailVersion: '1' }),
      queue: memoryJobQueue(store),
      checkBudget: budgetCheck(dayUsage(rows, store), { perDay: tokensPerDay, keys: budgets }),
    }),
    dynamodbIdempotency(tables.client, 'requests'),
    store,
    noOrigin,
    heartbeatMs,
  );
  const fixture: AgentFixture = {
    model,
    tables,
    store,
    memory,
    found: [],
    searches,
    failSearch: undefined,
    guardrail,
    budgets,
    async post({
      body,
      tenant: caller = tenant,
      events = false,
      remaining = 60_000,
      leaveAt,
      onWire,
      idempotencyKey,
    }) {
      const stream = new PassThrough();
      let received = '';
      stream.on('data', (piece: Buffer) => {
        received += piece.toString();
        onWire?.(received);
        if (leaveAt !== undefined && received.includes(leaveAt)) stream.destroy();
      });
      const context = { getRemainingTimeInMillis: () => remaining } as Context;
      await respond(proxyEvent(body, caller, events, idempotencyKey), stream, context);
      await turnOfTheLoop();
      return answerOf(received);
    },
    reset() {
      fixture.found = [];
      fixture.failSearch = undefined;
      searches.length = 0;
      Object.assign(guardrail, noFindings);
    },
    async history(id, owner = tenant) {
      return (await store.load(sessionStream(owner, id))).events;
    },
    async close() {
      await Promise.all([tables.close(), model.close()]);
    },
  };
  return fixture;
}

/** Writes as Lambda's runtime does: status and headers as JSON, eight zero bytes, then the body. */
function withPrelude(stream: PassThrough, prelude: object): PassThrough {
  stream.write(`${JSON.stringify(prelude)}${'\0'.repeat(8)}`);
  return stream;
}

function answerOf(received: string): ChatAnswer {
  const [head = '{}', text = ''] = received.split('\0'.repeat(8));
  const { statusCode: status, headers } = JSON.parse(head || '{}');
  const isEvents = headers?.['content-type'] === 'text/event-stream';
  return {
    status,
    headers,
    text,
    json: isEvents || text === '' ? undefined : JSON.parse(text),
    events: isEvents ? eventsIn(text) : [],
  };
}

function eventsIn(text: string): ChatAnswer['events'] {
  return [...text.matchAll(/^event: (.*)\ndata: (.*)\n\n/gm)].map(([, event = '', data = 'null']) => ({
    event,
    data: JSON.parse(data),
  }));
}

function proxyEvent(
  body: unknown,
  apiKeyId: string,
  events: boolean,
  idempotencyKey: string | undefined,
): APIGatewayProxyEvent {
  return {
    httpMethod: 'POST',
    resource: '/agent/chat',
    path: '/agent/chat',
    headers: {
      ...(events ? { Accept: 'text/event-stream' } : {}),
      ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: { requestId: randomUUID(), identity: { apiKeyId } },
  } as unknown as APIGatewayProxyEvent;
}
