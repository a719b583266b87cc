import { describeError } from '../../aws-errors.ts';

/** Something that an account needs before its first answer, and whether it has it. */
export interface Step {
  readonly name: string;
  /**
   * `missing`: nothing works without it. `advised`: the platform works without it. `later`: it can only be done after the first
   * deployment. `unknown`: AWS did not say.
   */
  readonly state: 'ready' | 'missing' | 'advised' | 'later' | 'unknown';
  /** What is so, and what to do. */
  readonly detail: string;
  /** Address of the console page where it is done. */
  readonly at?: string;
}

/**
 * Finds out about a step. An error makes this step unknown, and no other.
 * @param action the IAM action that lets one ask
 */
export async function stepOf(
  name: string,
  action: string,
  find: () => Promise<Omit<Step, 'name'>>,
): Promise<Step> {
  try {
    return { name, ...(await find()) };
  } catch (error) {
    return { name, state: 'unknown', detail: `${describeError(error)} To ask needs ${action}.` };
  }
}

export const ready = (detail: string) => ({ state: 'ready', detail }) as const;

/** A step in the terminal: its state, its name, and what to do where. */
export function describeStep({ name, state, detail, at }: Step): string {
  const lines = [`${state.padEnd(8)} ${name}: ${detail}`];
  return [...lines, ...(at && state !== 'ready' ? [`${' '.repeat(9)}${at}`] : [])].join('\n');
}
