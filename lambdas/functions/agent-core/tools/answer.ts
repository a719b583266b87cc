import type { JSONValue } from '@strands-agents/sdk';
import { DomainError } from '../../../domain/errors.ts';
import { logger } from '../../../platform/runtime/instrumentation.ts';

/**
 * A tool's work, its failure put in words the model can act on. Strands hands an error's message to the model, so what
 * was not written for it stays in the log.
 */
export function answering<I>(
  name: string,
  work: (input: I) => Promise<JSONValue>,
): (input: I) => Promise<JSONValue> {
  return async (input) => {
    try {
      return await work(input);
    } catch (error) {
      if (error instanceof DomainError) throw error;
      logger.error(`The tool ${name} failed`, error as Error);
      throw new Error(`${name} does not work right now. Tell the user so, and answer without it if you can.`);
    }
  };
}
