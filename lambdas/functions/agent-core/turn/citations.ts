import type { Citation } from '@nova/shared/api/chat';
import { documentPlaceOf } from '@nova/shared/api/place';
import { limits } from '@nova/shared/limits';
import type { Passage } from '../tools/untrusted-output.ts';

/** A content id in a reply, with its seconds if any: `[<id>]`, `[<id>] (12.5–18 s)`. */
const mention =
  /(?<id>[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\]?(?:\s*\(?(?<from>\d+(?:\.\d+)?)(?:\s*[–—-]\s*(?<to>\d+(?:\.\d+)?))?\s*s\b)?/giu;

interface Mention {
  readonly id: string;
  /** Undefined when the reply names no second. */
  readonly from: number | undefined;
  readonly to: number;
}

/**
 * The passages a reply cites: those that tools returned in this turn, of the items the reply names, at the seconds it
 * names. A passage the reply does not name is not a citation, and neither is an id or a second that no tool returned.
 * @param shown passages in the order the model saw them
 */
export function citationsOf(reply: string, shown: readonly Passage[]): Citation[] {
  const mentions = mentionsIn(reply);
  const citations = new Map<string, Citation>();
  for (const passage of shown) {
    const { contentId, start, end, text } = passage;
    if (!mentions.some((one) => one.id === contentId && isAt(one, start, end))) continue;
    const citation = { contentId, start, end, ...documentPlaceOf(passage), text };
    citations.set(JSON.stringify(citation), citation);
  }
  return [...citations.values()].slice(0, limits.citationsPerReply);
}

/** If a reply names an item with seconds anywhere, mentions of the item without seconds do not count. */
function mentionsIn(reply: string): Mention[] {
  const all = [...reply.matchAll(mention)].map(({ groups = {} }) => {
    const from = groups.from === undefined ? undefined : Number(groups.from);
    return { id: groups.id?.toLowerCase() ?? '', from, to: Number(groups.to ?? groups.from) };
  });
  const timed = new Set(all.filter(({ from }) => from !== undefined).map(({ id }) => id));
  return all.filter(({ id, from }) => from !== undefined || !timed.has(id));
}

/** Seconds by which a reply may round the times it names. */
const rounding = 0.5;

function isAt({ from, to }: Mention, start: number | null, end: number | null): boolean {
  if (from === undefined || start === null) return true;
  return (end ?? start) >= from - rounding && start <= to + rounding;
}
