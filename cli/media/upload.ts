import { basename } from 'node:path';
import type { Content } from '@nova/shared/api/content';
import { ApiClient } from '../api/client.ts';
import { reportError } from '../connection/explain.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { exitCodes } from '../errors.ts';
import { writeJson } from '../json.ts';
import { progress } from '../output/progress.ts';
import { oneLine, size } from '../output/text.ts';
import { uploadFile } from './upload-file.ts';

/** `nova upload`: uploads files one after the other. A file that fails is reported; the others are still uploaded. */
export async function upload(
  { access, terminal, json, interrupt }: ApiDependencies,
  { type }: { readonly type?: string },
  paths: readonly string[],
): Promise<number> {
  const signal = interrupt();
  const api = new ApiClient(access, signal);
  const items: Content[] = [];
  let failed = 0;
  for (const path of paths) {
    const bar = progress(terminal, basename(path));
    try {
      const item = await uploadFile(api, { path, type, progress: bar, signal });
      bar.end();
      items.push(item);
      const mark = terminal.styled('green', '✓');
      if (!json) terminal.line(`${mark} ${item.contentId}  ${oneLine(path)}  ${size(item.bytes)}`);
    } catch (error) {
      bar.end();
      if (signal.aborted) throw error;
      failed += 1;
      reportError(terminal, error);
    }
  }
  if (json) writeJson(terminal, { items, failed });
  return failed > 0 ? exitCodes.unusable : exitCodes.ok;
}
