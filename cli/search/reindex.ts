import { ContentPage, type ContentSummary } from '@nova/shared/api/content';
import { JobsAccepted } from '@nova/shared/api/jobs';
import { ApiClient } from '../api/client.ts';
import { followJob } from '../api/follow-job.ts';
import { ProblemError } from '../api/problem.ts';
import { explain } from '../connection/explain.ts';
import { type Talk, writeJson } from '../dependencies.ts';
import { exitCodes } from '../errors.ts';
import { type Progress, progress } from '../output/progress.ts';
import { counted, oneLine } from '../output/text.ts';

/** Items that are indexed at once: the model's throttle is everybody's. */
const itemsAtOnce = 4;

/** Followed, not shown: many jobs are one bar. */
const unseen: Progress = { update() {}, end() {} };

interface Tally {
  indexed: number;
  nothing: number;
  readonly failed: { readonly contentId: string; readonly reason: string }[];
}

/** `nova reindex`: everything is made searchable anew. It may be stopped, and run again, at any time. */
export async function reindex(
  talk: Talk,
  { content, source }: { content: readonly string[]; source: readonly string[] },
): Promise<number> {
  const signal = talk.interrupt();
  const api = new ApiClient(talk.access, signal);
  const ids = content.length > 0 ? [...content] : await readyItems(api);
  const tally: Tally = { indexed: 0, nothing: 0, failed: [] };
  const query = source.length > 0 ? `?sources=${source.join(',')}` : '';
  const bar = progress(talk.terminal, 'indexing');
  const queue = ids.values();
  const worker = async () => {
    for (const contentId of queue) {
      await indexed(api, `/content/${contentId}/index${query}`, contentId, tally, signal);
      const done = tally.indexed + tally.nothing + tally.failed.length;
      bar.update({ done, total: ids.length, unit: 'items' });
    }
  };
  try {
    await Promise.all(Array.from({ length: itemsAtOnce }, worker));
  } finally {
    bar.end();
  }
  report(talk, tally);
  return tally.failed.length > 0 ? exitCodes.problems : exitCodes.ok;
}

async function readyItems(api: ApiClient): Promise<string[]> {
  const items: ContentSummary[] = [];
  let cursor: string | undefined;
  do {
    const after: string = cursor ? `&cursor=${cursor}` : '';
    const page: ContentPage = await api.call('GET', `/content?limit=100${after}`, ContentPage);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return items.filter(({ status }) => status === 'ready').map(({ contentId }) => contentId);
}

async function indexed(
  api: ApiClient,
  path: string,
  contentId: string,
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { jobs } = await api.call('POST', path, JobsAccepted);
    for (const { jobId } of jobs) await followJob(api, jobId, unseen, signal);
    tally.indexed += 1;
  } catch (error) {
    signal.throwIfAborted();
    // A recording that was not transcribed has nothing to be found by.
    if (error instanceof ProblemError && error.problem.type === 'conflict') tally.nothing += 1;
    else tally.failed.push({ contentId, reason: oneLine(explain(error)) });
  }
}

function report(talk: Talk, tally: Tally): void {
  const { terminal, json } = talk;
  if (json) {
    writeJson(talk, tally);
    return;
  }
  const { indexed: done, nothing, failed } = tally;
  const rest = nothing > 0 ? `, ${counted(nothing, 'item')} with nothing to index` : '';
  terminal.line(`${counted(done, 'item')} indexed, ${failed.length} failed${rest}`);
  for (const { contentId, reason } of failed)
    terminal.line(`  ${terminal.styled('red', contentId)}  ${reason}`);
}
