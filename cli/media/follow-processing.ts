import { Content } from '@nova/shared/api/content';
import { type ApiClient, pause } from '../api/client.ts';
import { CliError } from '../errors.ts';
import { describeProcessing } from '../lists/processing.ts';
import type { Progress } from '../output/progress.ts';

/** Milliseconds between two polls: the first ones are close together, because most files are small. */
const firstPollMs = 100;
const longestPollMs = 1000;
/** Milliseconds after which an item is no longer followed: longer than the longest job takes. */
const followMs = 6 * 3600 * 1000;

/**
 * Follows everything that an upload started to its end, also where it fails.
 * @returns the item as it is then
 */
export async function followProcessing(
  api: ApiClient,
  arrived: Content,
  progress: Progress,
  signal: AbortSignal,
): Promise<Content> {
  const until = Date.now() + followMs;
  let item = arrived;
  for (let pollMs = firstPollMs; !item.processed; pollMs = Math.min(2 * pollMs, longestPollMs)) {
    if (Date.now() > until) {
      throw new CliError(`${item.contentId} is not processed after six hours: look at it again later.`);
    }
    await pause(pollMs, signal);
    item = await api.call('GET', `/content/${item.contentId}`, Content);
    const current = item.processing.find(({ status }) => status === 'running' || status === 'queued');
    if (current)
      progress.update({ done: current.progress.percent, total: 100, doing: describeProcessing(current) });
  }
  return item;
}
