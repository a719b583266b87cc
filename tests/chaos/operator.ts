import {
  type Difference,
  type OperatorRequest,
  Redriven,
  type Unreadable,
  VerifyPage,
} from '@nova/shared/operations';
import type { Platform } from '../../local/platform.ts';
import type { Failure, Failures } from './failures.ts';

/** What verify said, all its pages together. */
export interface Verified {
  readonly streams: number;
  readonly events: number;
  readonly differences: readonly Difference[];
  readonly unreadable: readonly Unreadable[];
}

/** Compares the rows with the store as an operator does: by asking the deployed projector, page by page. */
export async function verify(platform: Platform): Promise<Verified> {
  const pages: VerifyPage[] = [];
  let cursor: string | undefined;
  do {
    const asked = { operation: 'verify', ...(cursor === undefined ? {} : { cursor }) } as const;
    const page: VerifyPage = VerifyPage.parse(await ask(platform, asked));
    pages.push(page);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return {
    streams: pages.reduce((sum, page) => sum + page.streams, 0),
    events: pages.reduce((sum, page) => sum + page.events, 0),
    differences: pages.flatMap((page) => page.differences),
    unreadable: pages.flatMap((page) => page.unreadable),
  };
}

/**
 * Puts everything in the failure destination back, oldest version of a stream first, and takes away what has gone well.
 * @param wanted which of them; all by default
 * @returns commits put back
 * @throws Error when one cannot be put back
 */
export async function redriveAll(
  platform: Platform,
  failures: Failures,
  wanted: (failure: Failure) => boolean = () => true,
): Promise<number> {
  const all = (await failures.all()).filter(wanted).sort((a, b) => a.version - b.version);
  for (const { stream, version } of all) {
    const answer = Redriven.parse(await ask(platform, { operation: 'redrive', stream, version }));
    if (answer.outcome !== 'projected') {
      throw new Error(`${stream}@${version} was not put back: ${JSON.stringify(answer)}`);
    }
  }
  for (const objectKey of new Set(all.map((failure) => failure.objectKey))) await failures.remove(objectKey);
  return all.length;
}

async function ask(platform: Platform, request: OperatorRequest): Promise<unknown> {
  const result = await platform.invoke('event-projector', request);
  if (result.kind === 'payload') return result.payload;
  throw new Error(`The projector did not ${request.operation}: ${JSON.stringify(result)}`);
}
