import type { ContentBlock, Message, Tool } from '@aws-sdk/client-bedrock-runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standInNote } from '../stand-in.ts';
import { type NextStep, respond } from './respond.ts';

const uuid = '0197a3c0-0000-7000-8000-0000000000aa';
const otherUuid = '0197a3c0-0000-7000-8000-0000000000bb';

type Json = NonNullable<NonNullable<NonNullable<Tool['toolSpec']>['inputSchema']>['json']>;
const toolSpec = (
  name: string,
  description: string,
  properties: Record<string, object>,
  required: string[] = [],
): Tool => ({
  toolSpec: {
    name,
    description,
    inputSchema: { json: { type: 'object', properties, required, additionalProperties: false } as Json },
  },
});

const search = toolSpec(
  'search_content',
  "Finds passages in the user's content.",
  {
    query: { type: 'string', maxLength: 200 },
    contentIds: { type: 'array', items: { type: 'string', format: 'uuid' } },
    topK: { type: 'integer', minimum: 1, maximum: 20 },
  },
  ['query'],
);
const list = toolSpec('list_content', 'Lists what the user has uploaded.', { limit: { type: 'integer' } });
const job = toolSpec('get_job', 'Says how a job stands.', { jobId: { type: 'string', format: 'uuid' } }, [
  'jobId',
]);
const transcribe = toolSpec(
  'start_transcription',
  'Starts the transcription of a recording.',
  { contentId: { type: 'string', format: 'uuid' } },
  ['contentId'],
);
const weather = toolSpec('get_weather', 'The weather in a city.', { city: { type: 'string' } }, ['city']);
const nova = [search, list, job, transcribe];

const user = (...content: (string | ContentBlock)[]): Message => ({
  role: 'user',
  content: content.map((one) => (typeof one === 'string' ? { text: one } : one)),
});
const assistant = (text: string): Message => ({ role: 'assistant', content: [{ text }] });
const use = (name: string, input: object, toolUseId = 't1'): Message => ({
  role: 'assistant',
  content: [{ toolUse: { toolUseId, name, input: input as Json } }],
});
const result = (json: unknown, toolUseId = 't1', status: 'success' | 'error' = 'success'): Message =>
  user({ toolResult: { toolUseId, status, content: [{ json: json as Json }] } });

const ask = (messages: Message[], tools: Tool[] = nova, system = ''): NextStep =>
  respond(messages, [{ text: system }], tools.length > 0 ? { tools } : undefined);
const calls = (step: NextStep) => (step.kind === 'calls' ? step.calls : []);
const text = (step: NextStep) => (step.kind === 'text' ? step.text : '');

describe('tools', () => {
  it('are chosen by the words of the request', () => {
    const planned = (message: string) => calls(ask([user(message)]));

    expect(planned('What does the handbook say about parental leave?')).toEqual([
      { name: 'search_content', input: { query: 'What does the handbook say about parental leave?' } },
    ]);
    expect(planned('refund policy')).toEqual([{ name: 'search_content', input: { query: 'refund policy' } }]);
    expect(planned('返品の方法を教えて')).toEqual([
      { name: 'search_content', input: { query: '返品の方法を教えて' } },
    ]);
    expect(planned('What files do I have?')).toEqual([{ name: 'list_content', input: {} }]);
    expect(planned('Please list my uploads.')).toEqual([{ name: 'list_content', input: {} }]);
    expect(planned('Which documents mention refunds?')).toMatchObject([{ name: 'search_content' }]);
    expect(planned(`How is job ${uuid} doing?`)).toEqual([{ name: 'get_job', input: { jobId: uuid } }]);
    expect(planned(`Please transcribe ${uuid}.`)).toEqual([
      { name: 'start_transcription', input: { contentId: uuid } },
    ]);
    expect(planned(`What is said about refunds in ${uuid}? Give me the top 3.`)).toEqual([
      { name: 'search_content', input: { query: 'What is said about refunds in ?', contentIds: [uuid] } },
    ]);
  });

  it('get the content ids of the system prompt', () => {
    const step = ask(
      [user('What are the deadlines?')],
      nova,
      `The user points to this content: ${uuid} (document).`,
    );

    expect(calls(step)).toMatchObject([{ input: { contentIds: [uuid] } }]);
  });

  it('are chosen by guarded words too', () => {
    const step = ask([user({ guardContent: { text: { text: 'What are the opening hours?' } } })]);

    expect(calls(step)).toMatchObject([
      { name: 'search_content', input: { query: 'What are the opening hours?' } },
    ]);
  });

  it('of any other kind are used when the words match', () => {
    expect(calls(ask([user('What is the weather in Paris?')], [weather]))).toEqual([
      { name: 'get_weather', input: { city: 'paris' } },
    ]);
    expect(calls(ask([user('What is the capital of France?')], [weather]))).toEqual([]);
  });

  it('are used when toolChoice requires it', () => {
    const tools = { tools: nova, toolChoice: { tool: { name: 'list_content' } } };

    expect(calls(respond([user('hello')], [], tools))).toEqual([{ name: 'list_content', input: {} }]);
    expect(calls(respond([user('hello')], [], { tools: nova, toolChoice: { any: {} } }))).toMatchObject([
      { name: 'search_content', input: { query: 'hello' } },
    ]);
  });

  it('that need an id which nobody named wait for a list', () => {
    const get = toolSpec('get_content', 'One item.', { contentId: { type: 'string', format: 'uuid' } }, [
      'contentId',
    ]);
    const message = user('Show me the details of this file');

    expect(calls(ask([message], [get, list]))).toEqual([{ name: 'list_content', input: {} }]);
    const after = [
      message,
      use('list_content', {}),
      result({ items: [{ contentId: otherUuid, filename: 'a.txt' }] }),
    ];
    expect(calls(ask(after, [get, list]))).toEqual([
      { name: 'get_content', input: { contentId: otherUuid } },
    ]);
  });

  it('are never called twice with the same input, and only a limited number of times', () => {
    const query = fc.constantFrom(
      'What about leave?',
      'list my files',
      `job ${uuid}`,
      'hello there friend',
      'and it?',
    );
    const value = fc.constantFrom<unknown>(
      { results: [] },
      { results: [{ contentId: uuid, text: 'Leave is long.' }] },
      'no',
      null,
    );
    fc.assert(
      fc.property(query, fc.array(value, { minLength: 12, maxLength: 12 }), (message, values) => {
        const messages = [user(message)];
        const made: string[] = [];
        for (const [index, one] of values.entries()) {
          const step = ask(messages);
          if (step.kind === 'text') break;
          made.push(...step.calls.map((call) => JSON.stringify(call)));
          const [first] = step.calls;
          messages.push(use(first?.name ?? '', first?.input ?? {}, `t${index}`), result(one, `t${index}`));
        }
        expect(ask(messages).kind).toBe('text');
        expect(new Set(made).size).toBe(made.length);
        expect(made.length).toBeLessThanOrEqual(4);
      }),
    );
  });
});

describe('an answer', () => {
  const question = user('How long is parental leave?');
  const called = use('search_content', { query: 'How long is parental leave?' });

  it('quotes and cites the relevant passages', () => {
    const results = [
      { contentId: otherUuid, text: 'The canteen opens at noon.', start: null, end: null, score: 0.9 },
      { contentId: uuid, text: 'Parental leave lasts twelve weeks.', start: 12, end: 18.5, score: 0.4 },
    ];

    const reply = text(ask([question, called, result({ results })]));

    expect(reply).toContain(`“Parental leave lasts twelve weeks.” [${uuid}] (12–18.5 s)`);
    expect(reply).not.toContain('canteen');
    expect(reply.split(standInNote)).toHaveLength(2);
  });

  it('says that nothing was found', () => {
    const unrelated = { results: [{ contentId: uuid, text: 'The canteen opens at noon.' }] };

    expect(text(ask([question, called, result({ results: [] })]))).toContain('found nothing');
    expect(text(ask([question, called, result(unrelated)]))).toContain('found nothing');
  });

  it('says that the tool failed', () => {
    const reply = text(ask([question, called, result('index is away', 't1', 'error')]));

    expect(reply).toContain('could not look that up');
    expect(reply).toContain('index is away');
  });

  it('lists the items of a list', () => {
    const items = [{ contentId: uuid, filename: 'plan.md', kind: 'document', status: 'ready' }];

    const reply = text(ask([user('list my files'), use('list_content', {}), result({ items })]));

    expect(reply).toContain(`- plan.md (document, ready) [${uuid}]`);
  });

  it('summarises the content that the user points to', () => {
    const results = [{ contentId: uuid, text: 'Chapter one is on boats.' }];
    const messages = [
      user(`Summarise ${uuid}`),
      use('search_content', { query: 'Summarise', contentIds: [uuid] }),
      result({ results }),
    ];

    expect(text(ask(messages))).toContain('Chapter one is on boats.');
  });

  it('accepts results that are text', () => {
    const messages = [
      user('What is the weather in Paris?'),
      use('get_weather', { city: 'paris' }),
      user({ toolResult: { toolUseId: 't1', content: [{ text: 'Rain, 12 degrees.' }] } }),
    ];

    expect(text(ask(messages, [weather]))).toContain('“Rain, 12 degrees.” [1]');
  });

  it('without tools is a plain sentence', () => {
    expect(text(ask([user('How long is parental leave?')], []))).toMatch(/no source to answer/);
    expect(text(ask([user('Hello!')]))).toMatch(/^Hello/);
    expect(text(ask([user('thanks for the help')]))).toMatch(/welcome/);
    expect(text(ask([user('What can you do?')]))).toContain('search_content: Finds passages');
  });
});

describe('memory of a conversation', () => {
  const conversation = [
    user('My name is Ada and my favourite colour is blue.'),
    assistant(`Noted.\n\n${standInNote}`),
    user('When does the Kyoto museum open?'),
    use('search_content', { query: 'x' }),
    result({ results: [] }),
    assistant(`I found nothing.\n\n${standInNote}`),
  ];
  const reply = (message: string) => text(ask([...conversation, user(message)]));

  it.each([
    ['What is my name?', 'Ada'],
    ['Do you remember my name?', 'Ada'],
    ['Who am I?', 'Ada'],
    ["What's my favourite colour?", 'blue'],
    ['What did I ask first?', 'My name is Ada'],
    ['What did I ask before?', 'When does the Kyoto museum open?'],
    ['What was my second message?', 'When does the Kyoto museum open?'],
    ['What were my questions so far?', '2. When does'],
    ['What did you say?', 'I found nothing.'],
  ])('answers "%s"', (message, expected) => {
    expect(reply(message)).toContain(expected);
  });

  it('acknowledges statements of users without a search', () => {
    expect(text(ask([user('My name is Ada.')]))).toContain('your name is Ada');
    expect(text(ask([user("I'm Ada.")]))).toContain('your name is Ada');
    expect(text(ask([user('私の名前は太郎です。'), assistant('はい'), user('私の名前は？')]))).toContain(
      '太郎',
    );
  });

  it('says that it does not know what it was not told', () => {
    expect(text(ask([user('What is my name?')]))).toContain('not told me');
    expect(text(ask([user('What did I ask first?')]))).toContain('first message');
  });

  it('searches for facts that may be in the content', () => {
    expect(calls(ask([user("What is my contract's notice period?")]))).toMatchObject([
      { name: 'search_content' },
    ]);
  });

  it('completes a follow-up question with its subject', () => {
    const [call] = calls(ask([...conversation, user('And how much does it cost?')]));

    expect(call?.input.query).toBe('And how much does it cost? kyoto museum open');
  });

  it('leaves a question with its own subject alone', () => {
    const [call] = calls(ask([...conversation, user('What is the refund policy for damaged goods?')]));

    expect(call?.input.query).toBe('What is the refund policy for damaged goods?');
  });
});

describe('a summary', () => {
  const turn = (n: number) =>
    JSON.stringify({ user: `What about boat ${n}?`, assistant: `It sails [${uuid}].` });
  const fact = JSON.stringify({ user: 'My name is Ada.', assistant: 'Noted.' });
  const ask4 = (lines: readonly string[], most = 2000) =>
    text(ask([user([`Summarise the conversation in at most ${most} characters.`, '', ...lines].join('\n'))]));

  it('keeps statements of users, their questions, and the ids of answers', () => {
    expect(ask4([fact, turn(1)])).toBe(
      `The user said: “My name is Ada.”\nThe user asked: “What about boat 1?” It was about [${uuid}].`,
    );
  });

  it('of a summary keeps those, and drops the oldest questions to meet the requested length', () => {
    const before = ask4([fact, ...Array.from({ length: 30 }, (_, n) => turn(n))], 500);
    const after = ask4([JSON.stringify({ summary: before }), turn(99)], 500);

    expect(before.length).toBeLessThanOrEqual(500);
    expect(after.length).toBeLessThanOrEqual(500);
    expect(after).toContain('My name is Ada.');
    expect(after).toContain('boat 99');
    expect(after).not.toContain('boat 1?');
  });

  it.each([
    ['What did I first say?', ['summary only', 'My name is Ada', 'I like tea.']],
    ['What were my messages so far?', ['summary only', 'My name is Ada', 'I like tea.']],
    ['What did I just say?', ['You last said: “I like tea.”']],
  ])('is not confused with the user’s own words: %s', (question, expected) => {
    const before = [user('What have we talked about so far?'), assistant(ask4([fact]))];
    const since = [user('I like tea.'), assistant('Noted.')];

    const answer = text(ask([...before, ...since, user(question)]));

    for (const part of expected) expect(answer).toContain(part);
    expect(answer).not.toContain('talked about');
  });

  it('is used like the conversation that it replaces', () => {
    const summary = assistant(ask4([fact]));

    expect(
      text(ask([user('What have we talked about so far?'), summary, user('What is my name?')])),
    ).toContain('Ada');
  });
});
