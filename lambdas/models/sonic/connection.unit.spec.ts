import { type BedrockRuntimeClient, ThrottlingException } from '@aws-sdk/client-bedrock-runtime';
import { limits } from '@nova/shared/limits';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionEndedError } from '../speech.ts';
import { novaSonic } from './sonic.ts';
import { unrecognised } from './turn.ts';

type Body = Record<string, unknown>;
type Event = Record<string, Body>;
/** The peer's reaction to each event: the events that it returns, and milliseconds that it takes before the next. */
type Script = (event: Event, sent: readonly Event[]) => readonly (Event | number)[];

const eventName = (event: Event) => Object.keys(event)[0] ?? '';

/** A peer that follows a script in Sonic's protocol. */
function peer(script: Script) {
  const sent: Event[] = [];
  const client = {
    send: async ({ input }: { input: { body: AsyncIterable<{ chunk: { bytes: Uint8Array } }> } }) => ({
      body: (async function* () {
        for await (const { chunk } of input.body) {
          const { event } = JSON.parse(new TextDecoder().decode(chunk.bytes)) as { event: Event };
          sent.push(event);
          for (const answer of script(event, sent)) {
            if (typeof answer === 'number') await new Promise((resolve) => setTimeout(resolve, answer));
            else yield { chunk: { bytes: new TextEncoder().encode(JSON.stringify({ event: answer })) } };
          }
        }
      })(),
    }),
  } as unknown as BedrockRuntimeClient;
  const connect = (signal = new AbortController().signal) =>
    novaSonic(client, 'sonic', 0).connect({ language: 'en-US', signal });
  return { sent, connect };
}

const words = (text: string, contentId: string = text): Event[] => [
  {
    contentStart: {
      contentId,
      type: 'TEXT',
      role: 'USER',
      additionalModelFields: '{"generationStage":"FINAL"}',
    },
  },
  { textOutput: { contentId, content: text } },
  { contentEnd: { contentId, type: 'TEXT', stopReason: 'PARTIAL_TURN' } },
];
const usage: Event = { usageEvent: { totalInputTokens: 7, totalOutputTokens: 3, details: {} } };
const description = { speaker: 'Ann', emotion: 'happy', confidence: 0.8, language: 'en-US' };
const toolUse = (content: unknown, toolName = 'describe_voice'): Event => ({
  toolUse: { contentId: 't', toolName, toolUseId: 'use-1', content: JSON.stringify(content) },
});

/** Responds to the end of an audio content with some events, and to the tool's result with its usage. */
const answering =
  (...answers: (Event | number)[]): Script =>
  (event, sent) => {
    const audioEnds = event.contentEnd && sent.at(-2)?.audioInput;
    if (audioEnds) return answers;
    return event.toolResult ? [usage] : [];
  };

const utterance = new Float32Array(1600).fill(0.25);

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Advances the clock until the connection stops waiting for more. */
async function quiet<T>(work: Promise<T>): Promise<T> {
  let settled = false;
  const watched = work.finally(() => {
    settled = true;
  });
  watched.catch(() => {});
  while (!settled) await vi.advanceTimersByTimeAsync(500);
  return watched;
}

describe('a connection to Sonic', () => {
  it('sends its events in the order that Sonic requires', async () => {
    const { sent, connect } = peer(answering(...words('hello'), toolUse(description)));
    const connection = await connect();

    await quiet(connection.transcribe(utterance));
    await quiet(connection.close());

    const order = sent.map(eventName).filter((name, at, all) => name !== all[at - 1]);
    expect(order).toEqual([
      'sessionStart',
      'promptStart',
      'contentStart',
      'textInput',
      'contentEnd',
      'contentStart',
      'audioInput',
      'contentEnd',
      'contentStart',
      'toolResult',
      'contentEnd',
      'promptEnd',
      'sessionEnd',
    ]);
    const starts = sent.flatMap(({ contentStart }) => (contentStart ? [contentStart] : []));
    expect(starts).toMatchObject([
      { type: 'TEXT', role: 'SYSTEM' },
      {
        type: 'AUDIO',
        role: 'USER',
        audioInputConfiguration: { sampleRateHertz: 16_000, sampleSizeBits: 16 },
      },
      { type: 'TOOL', role: 'TOOL', toolResultInputConfiguration: { toolUseId: 'use-1' } },
    ]);
    expect(new Set(starts.map(({ contentName }) => contentName)).size).toBe(3);
  });

  it('sends the audio as frames of 32 ms, 16-bit, and then silence', async () => {
    const { sent, connect } = peer(answering(...words('hello')));
    const connection = await connect();

    await quiet(connection.transcribe(utterance));

    const frames = sent.flatMap(({ audioInput }) =>
      audioInput ? [Buffer.from(String(audioInput.content), 'base64')] : [],
    );
    expect(new Set(frames.map(({ length }) => length))).toEqual(new Set([1024]));
    const pcm = Buffer.concat(frames);
    const pcmSamples = Array.from({ length: pcm.length / 2 }, (_, at) => pcm.readInt16LE(at * 2));
    expect(pcmSamples.slice(0, 1600)).toEqual(Array(1600).fill(Math.round(0.25 * 0x7fff)));
    expect(pcmSamples.slice(1600).every((sample) => sample === 0)).toBe(true);
    expect(pcmSamples.length / 16_000).toBeGreaterThan(1.5);
  });

  it('returns words, voice and tokens', async () => {
    const { connect } = peer(answering(...words('good'), ...words('morning'), toolUse(description)));
    const connection = await connect();

    const transcription = await quiet(connection.transcribe(utterance));

    expect(transcription).toEqual({
      text: 'good morning',
      recognised: true,
      voice: { speaker: 'Ann', emotion: { name: 'happy', confidence: 0.8 }, language: 'en-US' },
    });
    expect(connection.usage).toEqual({ inputTokens: 7, outputTokens: 3 });
  });

  it('reports the fault of its description to the model, and continues without it', async () => {
    const { sent, connect } = peer(answering(...words('hello'), toolUse({ ...description, confidence: 7 })));
    const connection = await connect();

    const transcription = await quiet(connection.transcribe(utterance));

    expect(transcription).toEqual({ text: 'hello', recognised: true });
    const result = sent.find(({ toolResult }) => toolResult)?.toolResult;
    expect(String(result?.content)).toContain('confidence');
  });

  it('refuses any other tool', async () => {
    const { sent, connect } = peer(answering(...words('hello'), toolUse({}, 'delete_all')));
    const connection = await connect();

    await quiet(connection.transcribe(utterance));

    expect(String(sent.find(({ toolResult }) => toolResult)?.toolResult?.content)).toContain('delete_all');
  });

  it('ignores text that is not final', async () => {
    const assistant = words('I am an assistant', 'a').map((event) =>
      event.contentStart ? { contentStart: { ...event.contentStart, role: 'ASSISTANT' } } : event,
    );
    const early = words('hel', 'e').map((event) =>
      event.contentStart
        ? {
            contentStart: {
              ...event.contentStart,
              additionalModelFields: '{"generationStage":"SPECULATIVE"}',
            },
          }
        : event,
    );
    const { connect } = peer(answering(...early, ...assistant, ...words('hello')));
    const connection = await connect();

    expect((await quiet(connection.transcribe(utterance))).text).toBe('hello');
  });

  it('ends once the model has ended its turn', async () => {
    const endOfTurn = { contentEnd: { contentId: 'x', type: 'TEXT', stopReason: 'END_TURN' } };
    const { connect } = peer(answering(...words('hello'), endOfTurn));
    const connection = await connect();

    // This needs no timer.
    expect((await connection.transcribe(utterance)).text).toBe('hello');
  });

  it.each([
    ['the model only counts tokens', [usage]],
    ['the model says it did not understand', words(unrecognised)],
  ])('reports unrecognised speech when %s', async (_, answers) => {
    const { connect } = peer(answering(...answers));
    const connection = await connect();

    expect(await quiet(connection.transcribe(utterance))).toEqual({ text: unrecognised, recognised: false });
  });

  it('waits for the words of a slow model', async () => {
    const { connect } = peer(answering(usage, 8000, ...words('good'), 2000, ...words('morning')));
    const connection = await connect();

    expect((await quiet(connection.transcribe(utterance))).text).toBe('good morning');
  });

  it('ends when the model stays silent', async () => {
    const { connect } = peer(answering());
    const connection = await connect();

    await expect(quiet(connection.transcribe(utterance))).rejects.toThrow(ConnectionEndedError);
  });

  it('counts its remaining time', async () => {
    const { connect } = peer(answering(...words('hello')));
    const connection = await connect();
    const before = connection.secondsLeft;

    await quiet(connection.transcribe(new Float32Array(16_000 * 10)));

    expect(before).toBeLessThan(limits.speechConnectionSeconds);
    expect(before - connection.secondsLeft).toBeGreaterThan(11);
  });

  it('reports that the model closed the stream', async () => {
    const client = {
      send: async () => ({ body: (async function* () {})() }),
    } as unknown as BedrockRuntimeClient;

    const transcribing = novaSonic(client, 'sonic', 0)
      .connect({ signal: new AbortController().signal })
      .then((connection) => connection.transcribe(utterance));

    await expect(quiet(transcribing)).rejects.toThrow(ConnectionEndedError);
  });

  it('throws the refusal of the service', async () => {
    const throttled = new ThrottlingException({ message: 'slow down', $metadata: {} });
    const client = { send: () => Promise.reject(throttled) } as unknown as BedrockRuntimeClient;

    const connecting = novaSonic(client, 'sonic', 0).connect({ signal: new AbortController().signal });

    await expect(connecting).rejects.toBe(throttled);
  });

  it('ends at its time limit', async () => {
    const { connect } = peer(() => []);
    const time = new AbortController();
    const connection = await connect(time.signal);
    const transcribing = connection.transcribe(utterance);

    time.abort(new Error('time is up'));

    await expect(quiet(transcribing)).rejects.toThrow('time is up');
  });
});
