import { createInterface } from 'node:readline';
import { DeployError } from './errors.ts';

/**
 * Asks for a word, and waits for it; a variable of the environment may say it beforehand.
 * @param wanted the one answer that means yes
 * @throws DeployError for any other answer, or none
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
  throw new DeployError(
    `Nothing was changed: that was not ${wanted}. Where nobody can type it, say ${name}=${wanted}.`,
  );
}

/** Asks for a yes, which `YES=1` says beforehand. */
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
