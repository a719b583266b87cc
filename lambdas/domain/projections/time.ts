/**
 * The later of two moments in ISO 8601, UTC. Events of a stream are in order; the clocks of those who wrote them need
 * not be.
 */
export const later = (before: string | undefined, now: string) =>
  before !== undefined && before > now ? before : now;
