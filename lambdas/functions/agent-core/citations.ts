import type { Citation } from '@nova/shared/api/chat';
import type { SearchHit } from '@nova/shared/api/search';
import { limits } from '@nova/shared/limits';

/**
 * The passages a reply stands on: those that search returned in this turn, of the items the reply names. What was found
 * but not used is no citation, and an id that was not found is none either.
 * @param shown in the order the model saw them
 */
export function citationsOf(reply: string, shown: readonly SearchHit[]): Citation[] {
  const citations = new Map<string, Citation>();
  for (const { contentId, start, end, text } of shown) {
    if (!reply.includes(contentId)) continue;
    const citation = { contentId, start, end, text };
    citations.set(JSON.stringify(citation), citation);
  }
  return [...citations.values()].slice(0, limits.citationsPerReply);
}
