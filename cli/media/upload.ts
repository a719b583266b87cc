import { basename } from 'node:path';
import type { Content } from '@nova/shared/api/content';
import { ApiClient } from '../api/client.ts';
import { explain } from '../connection/explain.ts';
import { type Talk, writeJson } from '../dependencies.ts';
import { exitCodes } from '../errors.ts';
import { progress } from '../output/progress.ts';
import { oneLine, size } from '../output/text.ts';
import { uploadFile } from './upload-file.ts';

/** `nova upload`: one file after another; one that cannot be uploaded does not hold up the others. */
export async function upload(
  talk: Talk,
  { type }: { type?: string },
  paths: readonly string[],
): Promise<number> {
  const { terminal, json } = talk;
  const signal = talk.interrupt();
  const api = new ApiClient(talk.access, signal);
  const done: Content[] = [];
  let failed = 0;
  for (const path of paths) {
    const bar = progress(terminal, basename(path));
    try {
      const item = await uploadFile(api, { path, type, progress: bar, signal });
      bar.end();
      done.push(item);
      if (!json)
        terminal.line(
          `${terminal.styled('green', '✓')} ${item.contentId}  ${oneLine(path)}  ${size(item.bytes)}`,
        );
    } catch (error) {
      bar.end();
      if (signal.aborted) throw error;
      failed += 1;
      terminal.note(`${terminal.styledNote('red', '✗')} ${oneLine(explain(error))}`);
    }
  }
  if (json) writeJson(talk, { items: done, failed });
  return failed > 0 ? exitCodes.unusable : exitCodes.ok;
}
