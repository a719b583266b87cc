import { basename } from 'node:path';
import type { Content } from '@nova/shared/api/content';
import { ApiClient } from '../api/client.ts';
import { reportError } from '../connection/explain.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { exitCodes } from '../errors.ts';
import { writeJson } from '../json.ts';
import { describeOutcome } from '../lists/processing.ts';
import { progress } from '../output/progress.ts';
import { oneLine, size } from '../output/text.ts';
import { followProcessing } from './follow-processing.ts';
import { uploadFile } from './upload-file.ts';

/** `nova upload`: uploads files one after the other. A file that fails is reported; the others are still uploaded. */
export async function upload(
  { access, terminal, json, interrupt }: ApiDependencies,
  { type, wait = false }: { readonly type?: string; readonly wait?: boolean },
  paths: readonly string[],
): Promise<number> {
  const signal = interrupt();
  const api = new ApiClient(access, signal);
  const items: Content[] = [];
  let failed = 0;
  let unprocessed = 0;
  for (const path of paths) {
    const bar = progress(terminal, basename(path));
    try {
      const arrived = await uploadFile(api, { path, type, progress: bar, signal });
      const item = wait ? await followProcessing(api, arrived, bar, signal) : arrived;
      bar.end();
      items.push(item);
      const unfinished = wait && item.processing.some(({ status }) => status !== 'done');
      if (unfinished) unprocessed += 1;
      const mark = unfinished ? terminal.styled('red', '✗') : terminal.styled('green', '✓');
      const outcome = oneLine(describeOutcome(item));
      const shown = outcome ? `  ${terminal.styled(unfinished ? 'red' : 'dim', outcome)}` : '';
      if (!json) terminal.line(`${mark} ${item.contentId}  ${oneLine(path)}  ${size(item.bytes)}${shown}`);
    } catch (error) {
      bar.end();
      if (signal.aborted) throw error;
      failed += 1;
      reportError(terminal, error);
    }
  }
  if (json) writeJson(terminal, { items, failed });
  if (failed > 0) return exitCodes.unusable;
  return unprocessed > 0 ? exitCodes.problems : exitCodes.ok;
}
