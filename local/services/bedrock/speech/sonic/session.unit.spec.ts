import { describe, expect, it } from 'vitest';
import {
  audioInputConfiguration,
  collect,
  encode,
  end,
  promptName,
  type Sent,
  say,
  start,
  textInputConfiguration,
} from '../../testing/speech-session.ts';
import { type Line, speak } from '../modem/encode.ts';
import { unrecognised } from '../utterances.ts';
import { converseBySpeech, type OutputEvent } from './session.ts';

const schema = {
  type: 'object',
  properties: {
    speaker: { type: 'string' },
    emotion: { type: 'object', properties: { name: { type: 'string' }, confidence: { type: 'number' } } },
    mood: { enum: ['neutral', 'happy'] },
    confidence: { type: 'number', minimum: 0, maximum: 1 },
    language: { type: 'string' },
  },
  required: ['speaker', 'mood', 'confidence'],
};

const promptWithTool: Sent = {
  promptStart: {
    promptName,
    toolConfiguration: {
      tools: [{ toolSpec: { name: 'describe_voice', inputSchema: { json: JSON.stringify(schema) } } }],
    },
  },
};

const pcm = (samples: Float32Array) =>
  Buffer.from(Int16Array.from(samples, (sample) => Math.round(sample * 0x7fff)).buffer);

function audio(contentName: string, samples: Float32Array): Sent[] {
  const bytes = pcm(samples);
  const frames = Array.from({ length: Math.ceil(bytes.length / 1024) }, (_, index) =>
    bytes.subarray(index * 1024, (index + 1) * 1024).toString('base64'),
  );
  return [
    {
      contentStart: {
        promptName,
        contentName,
        type: 'AUDIO',
        role: 'USER',
        interactive: true,
        audioInputConfiguration,
      },
    },
    ...frames.map((content) => ({ audioInput: { promptName, contentName, content } })),
    { contentEnd: { promptName, contentName } },
  ];
}

const voice = (...lines: Line[]) => speak(lines, { sampleRate: 16_000, pause: 0.8 });

const named = (events: readonly OutputEvent[], name: string) =>
  events.flatMap((event) => (event[name] ? [event[name]] : []));

const transcript = (events: readonly OutputEvent[]) =>
  named(events, 'textOutput').flatMap(({ role, content }) => (role === 'USER' ? [content] : []));

describe('a speech session', () => {
  it('transcribes each audio content', async () => {
    const events = await say([
      ...start,
      ...audio('a1', voice({ speaker: 'A', text: 'hello there' })),
      ...audio('a2', voice({ speaker: 'B', text: 'good morning' })),
      ...end,
    ]);

    expect(transcript(events)).toEqual(['hello there', 'good morning']);
    expect(Object.keys(events[0] ?? {})).toEqual(['completionStart']);
    expect(Object.keys(events.at(-1) ?? {})).toEqual(['completionEnd']);
    expect(named(events, 'contentStart')[0]).toMatchObject({
      type: 'TEXT',
      role: 'USER',
      additionalModelFields: '{"generationStage":"FINAL"}',
    });
  });

  it('transcribes a whole recording in one content', async () => {
    const recording = voice({ speaker: 'A', text: 'one two' }, { speaker: 'B', text: 'three' });

    expect(transcript(await say([...start, ...audio('a', recording), ...end]))).toEqual(['one two', 'three']);
  });

  it('returns nothing for silence, and marks unrecognised speech', async () => {
    const hum = Float32Array.from({ length: 16_000 }, (_, index) => 0.3 * Math.sin(index * 0.07));

    expect(transcript(await say([...start, ...audio('a', new Float32Array(16_000)), ...end]))).toEqual([]);
    expect(transcript(await say([...start, ...audio('a', hum), ...end]))).toEqual([unrecognised]);
  });

  it('reports its token usage: the sum of the deltas is the total', async () => {
    const usage = named(
      await say([...start, ...audio('a', voice({ speaker: 'A', text: 'hello' })), ...end]),
      'usageEvent',
    ) as {
      details: {
        delta: Record<string, Record<string, number>>;
        total: Record<string, Record<string, number>>;
      };
    }[];

    const sum = usage.reduce((all, { details }) => all + (details.delta.output?.textTokens ?? 0), 0);
    expect(sum).toBe(usage.at(-1)?.details.total.output?.textTokens);
    expect(usage.at(-1)?.details.total.input?.speechTokens).toBeGreaterThan(40);
  });

  it('announces once that it is a stand-in', async () => {
    const events = await say([...start, ...audio('a', voice({ speaker: 'A', text: 'hi' })), ...end]);

    const own = named(events, 'textOutput').filter(({ role }) => role === 'ASSISTANT');
    expect(own).toMatchObject([{ content: expect.stringContaining('stand-in') }]);
  });
});

describe('a tool that describes the voice', () => {
  const [first] = start;
  const begin = [first ?? {}, promptWithTool];
  const speech = [
    ...audio('a', voice({ speaker: 'A', text: 'hello', emotion: 'happy' })),
    ...audio('b', voice({ speaker: 'B', text: 'the end' })),
  ];

  it('is called for every utterance with arguments of its schema', async () => {
    const uses = named(await say([...begin, ...speech, ...end]), 'toolUse');

    expect(uses.map(({ content }) => JSON.parse(String(content)))).toEqual([
      {
        speaker: 'A',
        emotion: { name: 'happy', confidence: 0.95 },
        mood: 'happy',
        confidence: 0.95,
        language: 'en',
      },
      {
        speaker: 'B',
        emotion: { name: 'neutral', confidence: 0.95 },
        mood: 'neutral',
        confidence: 0.95,
        language: 'en',
      },
    ]);
  });

  it('delays the rest until its result arrives', async () => {
    const sent: Sent[] = [...begin, ...speech];
    let give: (event: Sent | undefined) => void = () => {};
    let next = new Promise<Sent | undefined>((resolve) => (give = resolve));
    const output = converseBySpeech(
      (async function* () {
        for (const event of sent) yield encode(event);
        for (;;) {
          const event = await next;
          if (!event) return;
          next = new Promise((resolve) => (give = resolve));
          yield encode(event);
        }
      })(),
    );
    const seen: OutputEvent[] = [];
    while (seen.at(-1)?.contentEnd?.type !== 'TOOL') {
      seen.push((await output.next()).value as OutputEvent);
    }
    expect(transcript(seen)).toEqual(['hello']);

    const toolUseId = named(seen, 'toolUse')[0]?.toolUseId;
    const rest = collect(output);
    const answer = { promptName, contentName: 't' };
    for (const event of [
      {
        contentStart: {
          ...answer,
          type: 'TOOL',
          role: 'TOOL',
          toolResultInputConfiguration: { toolUseId, type: 'TEXT', textInputConfiguration },
        },
      },
      { toolResult: { ...answer, content: '{"ok":true}' } },
      { contentEnd: answer },
      ...end,
      undefined,
    ]) {
      give(event);
      await new Promise((resolve) => setImmediate(resolve));
    }

    expect(transcript(await rest)).toEqual(['the end']);
  });
});
