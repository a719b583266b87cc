import { limits } from '@nova/shared/limits';
import { type Tool, tool } from '@strands-agents/sdk';
import * as z from 'zod';
import type { ContentRow } from '../../../domain/projections/content.ts';
import { isLive } from '../../../domain/projections/projection.ts';
import type { ReadModel } from '../../../platform/read-model/rows.ts';
import { answering } from './answer.ts';

const defaultItems = 20;

const Input = z.object({
  limit: z
    .int()
    .min(1)
    .max(limits.pageSize)
    .optional()
    .describe(`Items at most; ${defaultItems} when absent`),
});

/** The newest of one tenant's content. */
export function listContent(rows: ReadModel, tenant: string): Tool {
  const list = async ({ limit = defaultItems }: z.output<typeof Input>) => {
    const partition = { tenant, collection: 'content' } as const;
    const page = await rows.page<ContentRow>(partition, { limit, order: 'descending' });
    const items = page.rows
      .filter(isLive)
      .map(({ contentId, filename, kind, status, indexed, createdAt }) => ({
        contentId,
        filename,
        kind,
        status,
        indexed,
        createdAt,
      }));
    return { items, more: page.nextCursor !== undefined };
  };
  return tool({
    name: 'list_content',
    description:
      "Lists the user's content, newest first: contentId, filename, kind, status, whether search finds it (indexed), and when it was made. `more` says that there is older content.",
    inputSchema: Input,
    callback: answering('list_content', list),
  });
}
