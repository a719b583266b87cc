import { contentStream } from '@nova/shared/events/index';
import type * as z from 'zod';
import { DomainError } from '../../../domain/errors.ts';
import type { ContentRow, LiveContentRow } from '../../../domain/projections/content.ts';
import { existingRow } from '../../../read-model/caught-up.ts';
import type { ToolDependencies } from './tool.ts';

/**
 * A content item of the turn's tenant.
 * @throws DomainError `not-found`
 */
export async function contentItem(
  { rows, store, caller }: ToolDependencies,
  contentId: string,
): Promise<LiveContentRow> {
  return existingRow<ContentRow>(rows, store, contentStream(caller.tenant, contentId));
}

/**
 * Reads the result of a job.
 * @param missing message for the model when there is no result yet
 * @throws DomainError `not-found`, `conflict`
 */
export async function jobResult<S extends z.ZodType>(
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
 * The first items of a list that one tool call may show.
 * @returns the items whose characters fit together, at least one; and the first item that does not fit
 */
export function firstThatFit<T>(
  items: readonly T[],
  chars: (item: T) => number,
  maxChars: number,
): { readonly shown: readonly T[]; readonly next: T | undefined } {
  let total = 0;
  const end = items.findIndex((item, place) => {
    total += chars(item);
    return place > 0 && total > maxChars;
  });
  return end < 0 ? { shown: items, next: undefined } : { shown: items.slice(0, end), next: items[end] };
}
