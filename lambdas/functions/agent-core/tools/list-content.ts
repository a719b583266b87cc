import { limits } from '@nova/shared/limits';
import { type Tool, tool } from '@strands-agents/sdk';
import * as z from 'zod';
import type { ContentRow } from '../../../domain/projections/content.ts';
import { isLive } from '../../../domain/projections/projection.ts';
import { type ToolDependencies, toolCallback } from './tool.ts';

const defaultItems = 20;

const Input = z.object({
  limit: z
    .int()
    .min(1)
    .max(limits.pageSize)
    .optional()
    .describe(`Items at most; ${defaultItems} when absent`),
});

/**
 * The tool that lists the tenant's newest content. File names are untrusted but short: they are screened, and do not count as
 * content that was read.
 */
export function listContent({ rows, caller, toolOutput }: ToolDependencies): Tool {
  const list = async ({ limit = defaultItems }: z.output<typeof Input>) => {
    const partition = { tenant: caller.tenant, collection: 'content' } as const;
    const page = await rows.page<ContentRow>(partition, { limit, order: 'descending' });
    const live = page.rows.filter(isLive);
    const names = await toolOutput.screen(live.map(({ filename }) => filename));
    const items = live.map((row, place) => ({
      contentId: row.contentId,
      filename: names[place] ?? '',
      kind: row.kind,
      status: row.status,
      indexed: row.indexed,
      transcript: row.transcriptKey !== undefined,
      analysis: row.analysisKey !== undefined,
      createdAt: row.createdAt,
    }));
    return { items, more: page.nextCursor !== undefined };
  };
  return tool({
    name: 'list_content',
    description:
      "Lists the user's content, newest first: contentId, filename, kind, status, whether search finds it (indexed), whether there is a transcript or an analysis to read, and when it was made. `more` says that there is older content.",
    inputSchema: Input,
    callback: toolCallback('list_content', list),
  });
}
