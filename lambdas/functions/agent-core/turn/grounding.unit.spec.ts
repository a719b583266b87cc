import { v7 as uuid } from 'uuid';
import { expect, it, vi } from 'vitest';
import type { GroundedAnswer, GuardrailChecks, Replacement } from '../../../models/guardrail.ts';
import { logger } from '../../../runtime/instrumentation.ts';
import { UntrustedOutput } from '../tools/untrusted-output.ts';
import { checkGrounding } from './grounding.ts';
import { TurnLog } from './turn-log.ts';

const contentId = uuid();
const replacement: Replacement = { reply: 'I cannot give that answer.', policies: ['grounding:GROUNDING'] };

async function prepare(reply: string, replaceUngrounded: () => Promise<Replacement | undefined>) {
  const checkedAnswers: GroundedAnswer[] = [];
  const checks: GuardrailChecks = {
    findAttacks: async (texts) => texts.map(() => false),
    replaceUngrounded: (answer) => {
      checkedAnswers.push(answer);
      return replaceUngrounded();
    },
  };
  const toolOutput = new UntrustedOutput(checks, new Set());
  await toolOutput.show([{ contentId, start: null, end: null, text: 'Open from nine to five.' }]);
  const log = new TurnLog('When?', 'session', () => {});
  log.addNotice(reply);
  const end = () => checkGrounding(checks, toolOutput, 'When?', log, 'endTurn');
  return { checkedAnswers, log, end };
}

it('keeps an answer that its sources support', async () => {
  const { checkedAnswers, log, end } = await prepare(`From nine [${contentId}].`, async () => undefined);

  expect(await end()).toBe('endTurn');
  expect(checkedAnswers).toEqual([
    { sources: ['Open from nine to five.'], question: 'When?', answer: `From nine [${contentId}].` },
  ]);
  expect(log.guardrail).toBeUndefined();
});

it('withdraws an answer that its sources do not support, and stores none of it', async () => {
  const { log, end } = await prepare(`At midnight [${contentId}].`, async () => replacement);

  expect(await end()).toBe('guardrailIntervened');
  expect(log.reply).toBe(replacement.reply);
  expect(log.withdrawn).toBe(true);
  expect(log.guardrail).toEqual({ action: 'intervened', source: 'output', policies: replacement.policies });
  expect(JSON.stringify(log.remembered)).not.toContain('midnight');
});

it('does not check an answer without citations', async () => {
  const { checkedAnswers, end } = await prepare('Hello!', async () => replacement);

  expect(await end()).toBe('endTurn');
  expect(checkedAnswers).toEqual([]);
});

it('keeps an answer when the check fails, and logs the failure', async () => {
  const warned = vi.spyOn(logger, 'warn').mockReturnValue();
  const { log, end } = await prepare(`At nine [${contentId}].`, () => Promise.reject(new Error('throttled')));

  expect(await end()).toBe('endTurn');
  expect(log.reply).toContain('At nine');
  expect(warned).toHaveBeenCalledOnce();
  warned.mockRestore();
});
