import type { Settings } from '../../../modules/settings.ts';
import type { AskAws } from './ask.ts';
import { apiLogsStep, concurrencyStep } from './limits.ts';
import { modelSteps } from './models.ts';
import { notificationSteps } from './notifications.ts';
import type { Step } from './step.ts';

/** What the account needs beside the stacks, in the order in which to do it. It only reads. */
export async function accountSteps(ask: AskAws, settings: Settings, account: string): Promise<Step[]> {
  const steps = await Promise.all([
    modelSteps(ask, settings),
    concurrencyStep(ask, settings),
    apiLogsStep(ask, settings),
    notificationSteps(ask, settings, account),
  ]);
  return steps.flat();
}

/** What a reader of a plan must know about the account, in sentences; nothing when all is ready. */
export function accountNotes(steps: readonly Step[], stage: string): string[] {
  const open = steps.filter(({ state }) => state === 'missing' || state === 'advised');
  const unknown = steps.filter(({ state }) => state === 'unknown');
  const lines = open.map(({ name, state, detail, at }) => {
    const place = at ? ` [Console](${at})` : '';
    return `- ${state === 'missing' ? '**missing**, ' : ''}${name}: ${detail}${place}`;
  });
  const todo =
    open.length > 0
      ? [`Not done in the account (\`make preflight STAGE=${stage}\`):\n\n${lines.join('\n')}`]
      : [];
  if (unknown.length === 0) return todo;
  const names = unknown.map(({ name }) => name).join(', ');
  return [
    ...todo,
    `Not known, because these credentials may not ask: ${names}. \`make preflight STAGE=${stage}\` says why.`,
  ];
}
