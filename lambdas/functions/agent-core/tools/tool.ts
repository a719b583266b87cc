import type { JSONValue, ToolContext } from '@strands-agents/sdk';
import type { ContentObjects } from '../../../content/objects.ts';
import { DomainError } from '../../../domain/errors.ts';
import type { ApiRequest } from '../../../http/request.ts';
import type { JobAdmission } from '../../../jobs/accept-job.ts';
import type { ReadModel } from '../../../read-model/rows.ts';
import { logger } from '../../../runtime/instrumentation.ts';
import type { SemanticSearch } from '../../../vectors/semantic-search.ts';
import type { UntrustedOutput } from './untrusted-output.ts';

export interface ToolDependencies extends JobAdmission {
  readonly rows: ReadModel;
  readonly objects: ContentObjects;
  readonly search: SemanticSearch;
  /** The caller's tenant bounds every tool; the model never names a tenant. */
  readonly caller: Pick<ApiRequest, 'tenant' | 'metadata'>;
  /** Ids of content that the request names. */
  readonly referencedIds: readonly string[];
  readonly toolOutput: UntrustedOutput;
}

/** The work of a tool. `signal` aborts when the turn ends before the tool does. */
type ToolWork<I> = (input: I, signal: AbortSignal) => Promise<JSONValue>;

/** For calls without a context, which nothing ends early. */
const never = new AbortController().signal;

/**
 * Makes a tool's callback, with errors the model can act on. Strands hands an error's message to the model, so an error
 * that was not written for the model is only logged.
 */
export function toolCallback<I>(
  name: string,
  work: ToolWork<I>,
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
