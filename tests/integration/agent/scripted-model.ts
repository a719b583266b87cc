import * as bedrock from '@aws-sdk/client-bedrock-runtime';
import { aRecordingLogger, unrestrictedCaller } from '../../../local/testing/service-fixture.ts';
import { listen } from '../../../local/wire/endpoint/listen.ts';
import { openRequest } from '../../../local/wire/endpoint/request.ts';
import { schemaService } from '../../../local/wire/schema/service.ts';

type Events = AsyncGenerator<bedrock.ConverseStreamOutput>;

/** One answer of the model; `signal` aborts when the client disconnects. */
export type Reply = (request: bedrock.ConverseStreamRequest, signal: AbortSignal) => Events;

export interface ScriptedModel {
  readonly url: string;
  /** The requests of the agent, call by call. */
  readonly requests: bedrock.ConverseStreamRequest[];
  /** The answers to the next calls, in order. */
  script(...replies: readonly Reply[]): void;
  /** Sets the answer after the end of the script; a fault by default. */
  otherwise(reply: Reply): void;
  close(): Promise<void>;
}

/** Bedrock's ConverseStream on the wire, with scripted answers. */
export async function startScriptedModel(): Promise<ScriptedModel> {
  const requests: bedrock.ConverseStreamRequest[] = [];
  let replies: Reply[] = [];
  let fallback: Reply = fails('ValidationException', 'the script has ended');
  const service = schemaService({
    sdk: bedrock,
    client: new bedrock.BedrockRuntimeClient({ region: 'us-east-1' }),
    scopes: ['bedrock'],
    logger: aRecordingLogger(),
    operations: {
      async ConverseStream(request, { signal }) {
        requests.push(request as bedrock.ConverseStreamRequest);
        const reply = replies.shift() ?? fallback;
        const events = reply(request as bedrock.ConverseStreamRequest, signal);
        // A fault before the first event is the response itself, with its status.
        const first = await events.next();
        return { stream: resume(first, events) };
      },
    },
  });
  const listener = await listen(0, (raw, response) => {
    service.handle(openRequest(raw), response, unrestrictedCaller).catch(() => response.destroy());
  });
  return {
    url: `http://127.0.0.1:${listener.port}`,
    requests,
    script(...next) {
      replies = [...next];
      requests.length = 0;
    },
    otherwise(reply) {
      fallback = reply;
    },
    close: () => listener.close(),
  };
}

async function* resume(
  first: IteratorResult<bedrock.ConverseStreamOutput>,
  rest: Events,
): AsyncGenerator<bedrock.ConverseStreamOutput> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

const usage = { inputTokens: 100, outputTokens: 20, totalTokens: 120 };
const metadata = (trace?: bedrock.ConverseStreamTrace): bedrock.ConverseStreamOutput => ({
  metadata: { usage, metrics: { latencyMs: 1 }, ...(trace ? { trace } : {}) },
});
const delta = (text: string): bedrock.ConverseStreamOutput => ({
  contentBlockDelta: { contentBlockIndex: 0, delta: { text } },
});
const start: bedrock.ConverseStreamOutput = { messageStart: { role: 'assistant' } };
const blockStop: bedrock.ConverseStreamOutput = { contentBlockStop: { contentBlockIndex: 0 } };

/** Returns a text, and a stop reason. */
export function repliesWith(text: string, stopReason: bedrock.StopReason = 'end_turn'): Reply {
  return async function* () {
    yield start;
    for (const piece of text.match(/\S+\s*/g) ?? []) yield delta(piece);
    yield blockStop;
    yield { messageStop: { stopReason } };
    yield metadata();
  };
}

/** Calls a tool. */
export function callsTool(name: string, input: unknown, id = 'tool-1'): Reply {
  return async function* () {
    yield start;
    yield { contentBlockStart: { contentBlockIndex: 0, start: { toolUse: { toolUseId: id, name } } } };
    const text = typeof input === 'string' ? input : JSON.stringify(input);
    yield { contentBlockDelta: { contentBlockIndex: 0, delta: { toolUse: { input: text } } } };
    yield blockStop;
    yield { messageStop: { stopReason: 'tool_use' } };
    yield metadata();
  };
}

/** The guardrail blocks the message or the answer. */
export function blocks(source: 'input' | 'output', text: string): Reply {
  const found: bedrock.GuardrailAssessment = {
    wordPolicy: { customWords: [{ match: 'x', action: 'BLOCKED', detected: true }], managedWordLists: [] },
  };
  const guardrail =
    source === 'input' ? { inputAssessment: { g: found } } : { outputAssessments: { g: [found] } };
  return async function* () {
    yield start;
    yield delta(text);
    yield blockStop;
    yield { messageStop: { stopReason: 'guardrail_intervened' } };
    yield metadata({ guardrail });
  };
}

/** Fails before any text, or after some. */
export function fails(name: string, message: string, after = ''): Reply {
  return async function* () {
    if (after !== '') {
      yield start;
      yield delta(after);
    }
    throw exceptionOf(name, message);
  };
}

function exceptionOf(name: string, message: string): Error {
  const options = { message, $metadata: {} };
  switch (name) {
    case 'ThrottlingException':
      return new bedrock.ThrottlingException(options);
    case 'AccessDeniedException':
      return new bedrock.AccessDeniedException(options);
    case 'ModelStreamErrorException':
      return new bedrock.ModelStreamErrorException(options);
    case 'ModelTimeoutException':
      return new bedrock.ModelTimeoutException(options);
    default:
      return new bedrock.ValidationException(options);
  }
}

/** Returns a text and then nothing until the client disconnects. */
export function hangs(after: string, onHungUp: () => void = () => {}): Reply {
  return async function* (_, signal) {
    if (after !== '') {
      yield start;
      yield delta(after);
    }
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    onHungUp();
  };
}

/** Holds answers back until all their calls have arrived, so that their turns surely overlap. */
export function atOnce(...replies: readonly Reply[]): Reply[] {
  const all = Promise.withResolvers<void>();
  let waiting = replies.length;
  return replies.map(
    (reply): Reply =>
      async function* (request, signal) {
        waiting -= 1;
        if (waiting === 0) all.resolve();
        await all.promise;
        yield* reply(request, signal);
      },
  );
}
