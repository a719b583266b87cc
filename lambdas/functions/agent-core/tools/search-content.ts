import { Id } from '@nova/shared/ids';
import { limits } from '@nova/shared/limits';
import { type Tool, tool } from '@strands-agents/sdk';
import * as z from 'zod';
import { type ToolDependencies, toolCallback } from './tool.ts';
import { truncated } from './untrusted-output.ts';

const defaultHits = 5;

const Input = z.object({
  query: z.string().trim().min(1).max(limits.queryChars).describe('What to look for, in words'),
  contentIds: z
    .array(Id)
    .min(1)
    .max(limits.contentIdsPerChat)
    .optional()
    .describe(
      'Look in these items only; leave out to look in what the user points to, or else in everything',
    ),
  topK: z
    .int()
    .min(1)
    .max(limits.agentSearchHits)
    .optional()
    .describe(`Passages at most; ${defaultHits} when absent`),
});

/** The tool that searches the tenant's content by meaning. */
export function searchContent({ search, caller, referencedIds, toolOutput }: ToolDependencies): Tool {
  const searchPassages = async ({ query, contentIds, topK = defaultHits }: z.output<typeof Input>) => {
    const scope = contentIds ?? (referencedIds.length > 0 ? referencedIds : undefined);
    const hits = await search.query(caller.tenant, { query, topK, contentIds: scope });
    const shown = await toolOutput.show(hits.map((hit) => ({ ...hit, text: truncated(hit.text) })));
    return { results: shown.map((hit) => ({ ...hit, score: Number(hit.score.toFixed(3)) })) };
  };
  return tool({
    name: 'search_content',
    description:
      "Finds passages in the user's documents, transcripts, video scenes and images by meaning. Each result has contentId, the seconds where it starts and ends (null where it has no time), its place in a document (page, slide, sheet and cells, the headings above it), its text, and a score from -1 to 1. An empty list means nothing was found.",
    inputSchema: Input,
    callback: toolCallback('search_content', searchPassages),
  });
}
