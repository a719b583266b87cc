import { describe, expect, it } from 'vitest';
import { type Line, speak } from '../modem/encode.ts';
import { unrecognised } from '../utterances.ts';
import { converseBySpeech, type OutputEvent } from './session.ts';

type Sent = Record<string, Record<string, unknown>>;

const promptName = 'p';
const audioInputConfiguration = {
  mediaType: 'audio/lpcm',
  sampleRateHertz: 16_000,
  sampleSizeBits: 16,
  channelCount: 1,
  audioType: 'SPEECH',
  encoding: 'base64',
};
const start: Sent[] = [
  { sessionStart: { inferenceConfiguration: { maxTokens: 1024 } } },
  { promptStart: { promptName } },
];
const end: Sent[] = [{ promptEnd: { promptName } }, { sessionEnd: {} }];
const textInputConfiguration = { mediaType: 'text/plain' };

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
const encode = (event: Sent) => new TextEncoder().encode(JSON.stringify({ event }));

async function say(events: readonly Sent[]): Promise<OutputEvent[]> {
  const chunks = (async function* () {
    for (const event of events) yield encode(event);
  })();
  return collect(converseBySpeech(chunks));
}

async function collect(output: AsyncIterable<OutputEvent>): Promise<OutputEvent[]> {
  const events: OutputEvent[] = [];
  for await (const event of output) events.push(event);
  return events;
}

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

describe('an invalid event or one out of order', () => {
  const system = { promptName, contentName: 's', type: 'TEXT', role: 'SYSTEM', textInputConfiguration };
  const sound = { promptName, contentName: 'a', type: 'AUDIO', role: 'USER', audioInputConfiguration };

  it.each<[string, Sent[], RegExp]>([
    [
      'no sessionStart',
      [{ promptStart: { promptName } }],
      /^promptStart: the first event must be sessionStart/,
    ],
    ['sessionStart twice', [...start, { sessionStart: {} }], /^sessionStart: .*already/],
    ['no promptStart', [{ sessionStart: {} }, { contentStart: system }], /^contentStart: no prompt is open/],
    [
      'another prompt',
      [...start, { contentStart: { ...system, promptName: 'q' } }],
      /^contentStart: promptName/,
    ],
    [
      'no such content',
      [...start, { textInput: { promptName, contentName: 'x', content: '' } }],
      /^textInput: no content "x"/,
    ],
    [
      'wrong type of content',
      [...start, { contentStart: system }, { audioInput: { promptName, contentName: 's', content: '' } }],
      /^audioInput: content "s" is TEXT/,
    ],
    [
      'a name twice',
      [
        ...start,
        { contentStart: system },
        { contentEnd: { promptName, contentName: 's' } },
        { contentStart: system },
      ],
      /used before/,
    ],
    [
      'a late system prompt',
      [...start, { contentStart: sound }, { contentStart: system }],
      /system prompt must come before/,
    ],
    [
      'a wrong role',
      [...start, { contentStart: { ...sound, role: 'ASSISTANT' } }],
      /role of AUDIO must be USER/,
    ],
    [
      'no configuration',
      [...start, { contentStart: { ...sound, audioInputConfiguration: undefined } }],
      /audioInputConfiguration/,
    ],
    [
      'a wrong rate',
      [
        ...start,
        {
          contentStart: {
            ...sound,
            audioInputConfiguration: { ...audioInputConfiguration, sampleRateHertz: 44_100 },
          },
        },
      ],
      /sampleRateHertz/,
    ],
    [
      'no base64',
      [...start, { contentStart: sound }, { audioInput: { promptName, contentName: 'a', content: '!' } }],
      /^audioInput: content must be base64/,
    ],
    [
      'half a sample',
      [...start, { contentStart: sound }, { audioInput: { promptName, contentName: 'a', content: 'AA==' } }],
      /whole 16-bit samples/,
    ],
    [
      'an open content at promptEnd',
      [...start, { contentStart: sound }, { promptEnd: { promptName } }],
      /^promptEnd: content "a" is still open/,
    ],
    ['an open prompt at sessionEnd', [...start, { sessionEnd: {} }], /^sessionEnd: prompt "p" is still open/],
    ['more after the end', [...start, ...end, { sessionEnd: {} }], /has ended/],
    [
      'an unknown event',
      [...start, { contentStart: sound }, { noise: { promptName, contentName: 'a' } }],
      /^noise: there is no such/,
    ],
    ['two events', [{ sessionStart: {}, promptStart: {} }], /one event/],
    [
      'a result nobody asked for',
      [
        ...start,
        {
          contentStart: {
            promptName,
            contentName: 't',
            type: 'TOOL',
            role: 'TOOL',
            toolResultInputConfiguration: { toolUseId: 'x' },
          },
        },
      ],
      /no tool use "x"/,
    ],
  ])('is refused with the fault: %s', async (_case, events, message) => {
    await expect(say(events)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });

  it('cannot be endless audio', async () => {
    const content = Buffer.alloc(60 * 32_000).toString('base64');
    const events = [
      ...start,
      { contentStart: sound },
      ...Array<Sent>(9).fill({ audioInput: { promptName, contentName: 'a', content } }),
    ];

    await expect(say(events)).rejects.toMatchObject({ name: 'ModelTimeoutException' });
  });
});
