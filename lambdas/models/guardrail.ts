import {
  ApplyGuardrailCommand,
  type ApplyGuardrailCommandOutput,
  type BedrockRuntimeClient,
  type GuardrailContentBlock,
  type GuardrailContentQualifier,
} from '@aws-sdk/client-bedrock-runtime';
import { limits } from '@nova/shared/limits';
import { batches } from '../runtime/batches.ts';
import { policiesIn, promptAttack } from './guardrail-trace.ts';

/** An answer, what it was made from, and what was asked. */
export interface Grounded {
  readonly sources: readonly string[];
  readonly question: string;
  readonly answer: string;
}

/** The guardrail outside of a model call: for what no model call shows it. */
export interface GuardrailChecks {
  /** Which of some texts try to instruct whoever reads them, in the order of the texts. */
  attacks(texts: readonly string[], signal?: AbortSignal): Promise<readonly boolean[]>;
  /** @returns what comes in place of an answer that its sources do not bear out; undefined when they do */
  ungrounded(grounded: Grounded, signal?: AbortSignal): Promise<Replacement | undefined>;
}

/** What is said in place of an answer, and which policies want it so. */
export interface Replacement {
  readonly reply: string;
  readonly policies: readonly string[];
}

/** The guardrail by ApplyGuardrail, at a numbered version. */
export function bedrockGuardrail(
  client: BedrockRuntimeClient,
  guardrailIdentifier: string,
  guardrailVersion: string,
): GuardrailChecks {
  const guardrail = { guardrailIdentifier, guardrailVersion };
  const apply = (
    source: 'INPUT' | 'OUTPUT',
    content: GuardrailContentBlock[],
    signal: AbortSignal | undefined,
  ) =>
    client.send(
      new ApplyGuardrailCommand({ ...guardrail, source, content }),
      signal ? { abortSignal: signal } : {},
    );
  const isAttack = async (texts: readonly string[], signal: AbortSignal | undefined) => {
    const content = texts.map((text) => block(text, 'guard_content'));
    return found(await apply('INPUT', content, signal)).includes(promptAttack);
  };

  /** Most texts are innocent, so they are looked at together; only where something is found, one by one. */
  async function attacksIn(texts: readonly string[], signal: AbortSignal | undefined): Promise<boolean[]> {
    if (!(await isAttack(texts, signal))) return texts.map(() => false);
    const alone = await Promise.all(texts.map((text) => isAttack([text], signal)));
    // What is an attack only when read on from one text to the next is one in all of them.
    return alone.includes(true) ? alone : texts.map(() => true);
  }

  return {
    async attacks(texts, signal) {
      const written = texts.flatMap((text, place) => (text.trim() === '' ? [] : [{ text, place }]));
      const verdicts = texts.map(() => false);
      const together = batches(
        written,
        limits.guardrailTexts,
        limits.guardrailChars,
        ({ text }) => text.length,
      );
      for (const batch of together) {
        const attacks = await attacksIn(
          batch.map(({ text }) => text),
          signal,
        );
        for (const [index, { place }] of batch.entries()) verdicts[place] = attacks[index] ?? false;
      }
      return verdicts;
    },

    async ungrounded({ sources, question, answer }, signal) {
      const { groundingSourceChars, groundingQueryChars, groundingAnswerChars } = limits;
      const content = [
        block(cut(sources.join('\n'), groundingSourceChars), 'grounding_source'),
        block(cut(question, groundingQueryChars), 'query'),
        block(cut(answer, groundingAnswerChars), 'guard_content'),
      ];
      const answered = await apply('OUTPUT', content, signal);
      const policies = found(answered);
      return policies.length > 0 ? { reply: answered.outputs?.[0]?.text ?? '', policies } : undefined;
    },
  };
}

const block = (text: string, qualifier: GuardrailContentQualifier): GuardrailContentBlock => ({
  text: { text, qualifiers: [qualifier] },
});

const found = ({ assessments }: ApplyGuardrailCommandOutput) => policiesIn(assessments);

const cut = (text: string, chars: number) => text.slice(0, chars).toWellFormed();
