import { ContentPage, type ContentSummary } from '@nova/shared/api/content';
import { JobsAccepted } from '@nova/shared/api/jobs';
import pMap from 'p-map';
import { ApiClient } from '../api/client.ts';
import { followJob } from '../api/follow-job.ts';
import { ProblemError } from '../api/problem.ts';
import { errorLine } from '../connection/explain.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { exitCodes } from '../errors.ts';
import { writeJson } from '../json.ts';
import { type Progress, progress } from '../output/progress.ts';
import { counted } from '../output/text.ts';

/** Items indexed at once: all callers share the model's quota. */
const itemsAtOnce = 4;

/** The progress of single jobs is not shown: one bar counts the items. */
const hidden: Progress = { update() {}, end() {} };

/** Also the result as JSON. */
interface Tally {
  indexed: number;
  /** Items without anything to index. */
  nothing: number;
  readonly failed: { readonly contentId: string; readonly reason: string }[];
}

/** `nova reindex`: indexes all content again. It can be stopped and run again at any time. */
export async function reindex(
  { access, terminal, json, interrupt }: ApiDependencies,
  { content, source }: { readonly content: readonly string[]; readonly source: readonly string[] },
): Promise<number> {
  const signal = interrupt();
  const api = new ApiClient(access, signal);
  const ids = content.length > 0 ? content : await readyContentIds(api);
  const tally: Tally = { indexed: 0, nothing: 0, failed: [] };
  const query = source.length > 0 ? `?sources=${source.join(',')}` : '';
  const bar = progress(terminal, 'indexing');
  try {
    await pMap(
      ids,
      async (contentId) => {
        await indexContent(api, contentId, query, tally, signal);
        const done = tally.indexed + tally.nothing + tally.failed.length;
        bar.update({ done, total: ids.length, unit: 'items' });
      },
      { concurrency: itemsAtOnce },
    );
  } finally {
    bar.end();
  }
  if (json) writeJson(terminal, tally);
  else {
    const { indexed, nothing, failed } = tally;
    const rest = nothing > 0 ? `, ${counted(nothing, 'item')} with nothing to index` : '';
    terminal.line(`${counted(indexed, 'item')} indexed, ${failed.length} failed${rest}`);
    for (const { contentId, reason } of failed) {
      terminal.line(`  ${terminal.styled('red', contentId)}  ${reason}`);
    }
  }
  return tally.failed.length > 0 ? exitCodes.problems : exitCodes.ok;
}

async function readyContentIds(api: ApiClient): Promise<string[]> {
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

/** Indexes one item and counts the outcome. */
async function indexContent(
  api: ApiClient,
  contentId: string,
  query: string,
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { jobs } = await api.call('POST', `/content/${contentId}/index${query}`, JobsAccepted);
    for (const { jobId } of jobs) await followJob(api, jobId, hidden, signal);
    tally.indexed += 1;
  } catch (error) {
    signal.throwIfAborted();
    // For example, a recording without a transcript.
    if (error instanceof ProblemError && error.problem.type === 'conflict') tally.nothing += 1;
    else tally.failed.push({ contentId, reason: errorLine(error) });
  }
}
