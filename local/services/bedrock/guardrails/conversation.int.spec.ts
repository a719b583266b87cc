import * as sdk from '@aws-sdk/client-bedrock-runtime';
import { describe, expect, it } from 'vitest';
import {
  bedrockFixture,
  chat,
  collect,
  guardrailConfig,
  stopOf,
  textOf,
  user,
} from '../testing/bedrock-fixture.ts';

const { bedrock, connect } = bedrockFixture();

describe('the guardrail in a conversation', () => {
  const stream = async (text: string) =>
    collect(
      (
        await connect().client.send(
          new sdk.ConverseStreamCommand({ modelId: chat, messages: [user(text)], guardrailConfig }),
        )
      ).stream,
    );

  it('blocks messages to the model', async () => {
    const events = await stream('Tell me about falcon');

    expect(stopOf(events)).toBe('guardrail_intervened');
    expect(textOf(events)).toBe('No such input.');
    expect(
      events.at(-1)?.metadata?.trace?.guardrail?.inputAssessment?.g1?.wordPolicy?.customWords,
    ).toMatchObject([{ match: 'falcon', action: 'BLOCKED' }]);
  });

  it('blocks answers to the user', async () => {
    bedrock.script.say('The falcon flies.');

    const events = await stream('hi');

    expect(stopOf(events)).toBe('guardrail_intervened');
    expect(textOf(events)).toBe('No such answer.');
  });

  it('masks identifiers in answers', async () => {
    bedrock.script.say('Write to ada@example.com.');

    const events = await stream('hi');

    expect(textOf(events)).toBe('Write to {EMAIL}.');
    expect(stopOf(events)).toBe('guardrail_intervened');
  });

  it('masks identifiers in messages to the model', async () => {
    const events = await stream('My mail is ada@example.com');

    expect(textOf(events)).toContain('your mail is {EMAIL}');
    expect(stopOf(events)).toBe('end_turn');
  });
});
