import type { Message } from '@aws-sdk/client-bedrock-runtime';
import { describe, expect, it } from 'vitest';
import { standInNote } from '../stand-in.ts';
import { ask, calls, result, text, use, user, uuid } from '../testing/conversations.ts';

const assistant = (text: string): Message => ({ role: 'assistant', content: [{ text }] });

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

  it('admits that it does not know an unmentioned fact', () => {
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
