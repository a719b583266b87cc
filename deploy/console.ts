import { createInterface } from 'node:readline';
import { UserError } from '@nova/shared/run-main';

export const printLine = (line: string) => void process.stdout.write(`${line}\n`);

/**
 * Asks for a confirmation and waits for it. An environment variable can give the answer in advance.
 * @param wanted the only answer that confirms
 * @throws UserError for any other answer, or none
 */
export async function confirm(
  question: string,
  wanted: string,
  { name, value }: { readonly name: string; readonly value: string | undefined },
): Promise<void> {
  if (value === wanted) return;
  process.stdout.write(`${question} Type ${wanted}: `);
  const answer = await nextLine();
  if (answer === wanted) return;
  if (answer === undefined) process.stdout.write('\n');
  throw new UserError(
    `Nothing was changed: the answer was not ${wanted}. Without a terminal, set ${name}=${wanted}.`,
  );
}

/** Asks for a yes, which `YES=1` gives in advance. */
export function confirmYes(question: string, { YES }: NodeJS.ProcessEnv): Promise<void> {
  return confirm(question, 'yes', { name: 'YES', value: YES === '1' ? 'yes' : YES });
}

async function nextLine(): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line.trim();
    return undefined;
  } finally {
    lines.close();
  }
}
