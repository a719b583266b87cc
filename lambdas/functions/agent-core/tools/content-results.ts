import type { StreamId } from '@nova/shared/events/index';
import type * as z from 'zod';
import { DomainError, notFound } from '../../../domain/errors.ts';
import type { ContentRow, LiveContentRow } from '../../../domain/projections/content.ts';
import { isLive } from '../../../domain/projections/projection.ts';
import { caughtUpRow } from '../../../read-model/caught-up.ts';
import type { ToolDependencies } from './dependencies.ts';

/**
 * A content item of the turn's tenant.
 * @throws DomainError `not-found`
 */
export async function contentItem(
  { rows, store, asker }: ToolDependencies,
  contentId: string,
): Promise<LiveContentRow> {
  const stream: StreamId = { tenant: asker.tenant, aggregate: 'content', id: contentId };
  const row = (await caughtUpRow<ContentRow>(rows, store, stream))?.row;
  if (!isLive(row)) throw notFound('content', contentId);
  return row;
}

/**
 * What a job made of a content item.
 * @param missing what the model is told where there is nothing yet
 * @throws DomainError `not-found`, `conflict`
 */
export async function resultOf<S extends z.ZodType>(
  { objects }: ToolDependencies,
  key: string | undefined,
  schema: S,
  missing: string,
): Promise<z.output<S>> {
  const found = key === undefined ? undefined : await objects.readJson(key);
  if (found === undefined) throw new DomainError('conflict', missing);
  return schema.parse(found);
}

/**
 * The beginning of a list that one tool call may show, by the characters of what is in it.
 * @returns what fits, at least one; and the first that does not
 */
export function fitting<T>(
  items: readonly T[],
  chars: (item: T) => number,
  most: number,
): { readonly shown: readonly T[]; readonly next: T | undefined } {
  let total = 0;
  const end = items.findIndex((item, place) => {
    total += chars(item);
    return place > 0 && total > most;
  });
  return end < 0 ? { shown: items, next: undefined } : { shown: items.slice(0, end), next: items[end] };
}
