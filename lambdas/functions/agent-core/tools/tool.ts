import type { JSONValue, ToolContext } from '@strands-agents/sdk';
import { DomainError } from '../../../domain/errors.ts';
import { logger } from '../../../runtime/instrumentation.ts';

/** A tool's work; `signal` aborts when the turn ends before the tool does. */
type Work<I> = (input: I, signal: AbortSignal) => Promise<JSONValue>;

/** Where Strands calls a tool without a context, nothing ends it early. */
const never = new AbortController().signal;

/**
 * A tool's work, its failure put in words the model can act on. Strands hands an error's message to the model, so what
 * was not written for it stays in the log.
 */
export function answering<I>(
  name: string,
  work: Work<I>,
): (input: I, context?: ToolContext) => Promise<JSONValue> {
  return async (input, context) => {
    try {
      return await work(input, context?.cancelSignal ?? never);
    } catch (error) {
      if (error instanceof DomainError) throw error;
      if (!context?.cancelSignal.aborted) logger.error(`The tool ${name} failed`, error as Error);
      throw new Error(`${name} does not work right now. Tell the user so, and answer without it if you can.`);
    }
  };
}
