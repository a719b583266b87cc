import {
  type Difference,
  type OperatorRequest,
  Redriven,
  type Unreadable,
  VerifyPage,
} from '@nova/shared/operations';
import type { Platform } from '../../../local/platform/platform.ts';
import type { Failure, Failures } from './failures.ts';

/** The results of all pages of a verification. */
export interface Verified {
  readonly streams: number;
  readonly events: number;
  readonly differences: readonly Difference[];
  readonly unreadable: readonly Unreadable[];
}

/** Compares the rows with the store as an operator does: by calling the deployed projector, page by page. */
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

/** The result of a redrive. */
export interface Redrive {
  readonly redriven: number;
  /** The reason why a commit was refused, by the id of its first event. */
  readonly refused: ReadonlyMap<string, string>;
}

/**
 * Redrives the failure destination, oldest version of a stream first, and deletes what succeeded.
 * @param wanted selects commits; all by default
 */
export async function redriveAll(
  platform: Platform,
  failures: Failures,
  wanted: (failure: Failure) => boolean = () => true,
): Promise<Redrive> {
  const all = (await failures.all()).filter(wanted).sort((a, b) => a.version - b.version);
  const refused = new Map<string, string>();
  const kept = new Set<string>();
  for (const { stream, version, objectKey } of all) {
    const answer = Redriven.parse(await ask(platform, { operation: 'redrive', stream, version }));
    if (answer.outcome === 'projected') continue;
    refused.set(`${stream}@${version}`, 'reason' in answer ? answer.reason : answer.outcome);
    kept.add(objectKey);
  }
  const done = new Set(all.map(({ objectKey }) => objectKey).filter((objectKey) => !kept.has(objectKey)));
  for (const objectKey of done) await failures.remove(objectKey);
  return { redriven: all.length - refused.size, refused };
}

async function ask(platform: Platform, request: OperatorRequest): Promise<unknown> {
  const result = await platform.invoke('event-projector', request);
  if (result.kind === 'payload') return result.payload;
  throw new Error(`The projector did not ${request.operation}: ${JSON.stringify(result)}`);
}
