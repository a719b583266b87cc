import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standInNote } from '../stand-in.ts';
import { ask, calls, list, nova, result, text, toolSpec, use, user, uuid } from '../testing/conversations.ts';
import { respond } from './respond.ts';

const otherUuid = '0197a3c0-0000-7000-8000-0000000000bb';

const weather = toolSpec('get_weather', 'The weather in a city.', { city: { type: 'string' } }, ['city']);

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

  it('that need an unknown id wait for a list of items', () => {
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
