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

/** An answer to check against its sources. */
export interface GroundedAnswer {
  readonly sources: readonly string[];
  readonly question: string;
  readonly answer: string;
}

/** Guardrail checks of text that no model call shows to the guardrail. */
export interface GuardrailChecks {
  /** @returns for each text whether it is a prompt attack, in the order of the texts */
  findAttacks(texts: readonly string[], signal?: AbortSignal): Promise<readonly boolean[]>;
  /** @returns a replacement for an answer that its sources do not support; undefined when they support it */
  replaceUngrounded(answer: GroundedAnswer, signal?: AbortSignal): Promise<Replacement | undefined>;
}

/** The text that replaces an answer, and the policies that require it. */
export interface Replacement {
  readonly reply: string;
  readonly policies: readonly string[];
}

/** Guardrail checks by Bedrock's ApplyGuardrail, at a numbered version. */
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
    return policiesOf(await apply('INPUT', content, signal)).includes(promptAttack);
  };

  /** Most texts are harmless, so they are checked together, and one by one only if something is found. */
  async function attacksIn(texts: readonly string[], signal: AbortSignal | undefined): Promise<boolean[]> {
    if (!(await isAttack(texts, signal))) return texts.map(() => false);
    const alone = await Promise.all(texts.map((text) => isAttack([text], signal)));
    // An attack that spans several texts counts in all of them.
    return alone.includes(true) ? alone : texts.map(() => true);
  }

  return {
    async findAttacks(texts, signal) {
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

    async replaceUngrounded({ sources, question, answer }, signal) {
      const { groundingSourceChars, groundingQueryChars, groundingAnswerChars } = limits;
      const content = [
        block(truncate(sources.join('\n'), groundingSourceChars), 'grounding_source'),
        block(truncate(question, groundingQueryChars), 'query'),
        block(truncate(answer, groundingAnswerChars), 'guard_content'),
      ];
      const answered = await apply('OUTPUT', content, signal);
      const policies = policiesOf(answered);
      return policies.length > 0 ? { reply: answered.outputs?.[0]?.text ?? '', policies } : undefined;
    },
  };
}

const block = (text: string, qualifier: GuardrailContentQualifier): GuardrailContentBlock => ({
  text: { text, qualifiers: [qualifier] },
});

const policiesOf = ({ assessments }: ApplyGuardrailCommandOutput) => policiesIn(assessments);

const truncate = (text: string, chars: number) => text.slice(0, chars).toWellFormed();
