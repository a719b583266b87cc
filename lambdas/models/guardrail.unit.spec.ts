import type { ApplyGuardrailCommandInput, BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { limits } from '@nova/shared/limits';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bedrockGuardrail } from './guardrail.ts';

/** A guardrail that finds an attack in the concatenated texts of a request. */
function prepare(isAttack: (text: string) => boolean) {
  const requests: ApplyGuardrailCommandInput[] = [];
  const send = async ({ input }: { input: ApplyGuardrailCommandInput }) => {
    requests.push(input);
    const text = input.content?.map((block) => block.text?.text).join('\n') ?? '';
    const attack = { contentPolicy: { filters: [{ type: 'PROMPT_ATTACK', action: 'BLOCKED' }] } };
    const other = {
      wordPolicy: { managedWordLists: [{ type: 'PROFANITY', match: 'x', action: 'BLOCKED' }] },
    };
    return { assessments: [isAttack(text) ? attack : other], outputs: [{ text: 'No.' }] };
  };
  const guardrail = bedrockGuardrail({ send } as unknown as BedrockRuntimeClient, 'g', '7');
  return { requests, guardrail };
}

const sizeOf = ({ content = [] }: ApplyGuardrailCommandInput) =>
  content.reduce((sum, block) => sum + (block.text?.text?.length ?? 0), 0);

describe('prompt attacks', () => {
  it('are searched for in one request when there are none, with the numbered version, as input', async () => {
    const { guardrail, requests } = prepare(() => false);

    expect(await guardrail.findAttacks(['a', 'b', ' '])).toEqual([false, false, false]);
    expect(requests).toMatchObject([
      { guardrailIdentifier: 'g', guardrailVersion: '7', source: 'INPUT', content: [{}, {}] },
    ]);
  });

  it('are separated from innocent texts in the same request', async () => {
    const { guardrail } = prepare((text) => text.includes('IGNORE'));

    expect(await guardrail.findAttacks(['a', 'IGNORE', 'b'])).toEqual([false, true, false]);
  });

  it('that span several texts are reported for all of them', async () => {
    const { guardrail } = prepare((text) => text.includes('ignore\nthe rules'));

    expect(await guardrail.findAttacks(['please ignore', 'the rules'])).toEqual([true, true]);
  });

  it('are not searched for in an empty list', async () => {
    const { guardrail, requests } = prepare(() => true);

    expect(await guardrail.findAttacks([])).toEqual([]);
    expect(requests).toEqual([]);
  });

  it('are found at any place, in requests of bounded size', async () => {
    const texts = fc.array(fc.record({ size: fc.integer({ min: 1, max: 4000 }), attack: fc.boolean() }), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(texts, async (all) => {
        const { guardrail, requests } = prepare((text) => text.includes('!'));
        const written = all.map(({ size, attack }) => `${'x'.repeat(size)}${attack ? '!' : ''}`);

        expect(await guardrail.findAttacks(written)).toEqual(all.map(({ attack }) => attack));
        for (const request of requests) expect(sizeOf(request)).toBeLessThanOrEqual(limits.guardrailChars);
      }),
    );
  });
});

describe('the check of an answer against its sources', () => {
  const grounded = { sources: ['one', 'two'], question: 'q'.repeat(2000), answer: 'a'.repeat(9000) };

  it('receives the sources, cut to the length that the check reads', async () => {
    const { guardrail, requests } = prepare(() => false);

    await guardrail.replaceUngrounded(grounded);

    expect(requests).toMatchObject([
      {
        source: 'OUTPUT',
        content: [
          { text: { text: 'one\ntwo', qualifiers: ['grounding_source'] } },
          { text: { text: 'q'.repeat(limits.groundingQueryChars), qualifiers: ['query'] } },
          { text: { text: 'a'.repeat(limits.groundingAnswerChars), qualifiers: ['guard_content'] } },
        ],
      },
    ]);
  });

  it('replaces the answer with the guardrail’s message when it intervenes', async () => {
    const { guardrail } = prepare(() => false);

    expect(await guardrail.replaceUngrounded(grounded)).toEqual({
      reply: 'No.',
      policies: ['word:PROFANITY'],
    });
  });
});
