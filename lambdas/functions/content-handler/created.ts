import { firstIdAt } from '@nova/shared/ids';

/**
 * Range of the ids of what was created in a range of time: ids begin with the time of their creation.
 * @param range moments in ISO 8601: created at `createdAfter` or later, and before `createdBefore`
 */
export const idsCreated = (range: {
  readonly createdAfter?: string | undefined;
  readonly createdBefore?: string | undefined;
}) => ({
  from: range.createdAfter === undefined ? undefined : firstIdAt(new Date(range.createdAfter)),
  to: range.createdBefore === undefined ? undefined : firstIdAt(new Date(range.createdBefore)),
});
