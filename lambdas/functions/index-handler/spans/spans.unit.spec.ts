import { limits } from '@nova/shared/limits';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Span, spanCount, spansFrom } from './spans.ts';

/** All spans of a file, segment by segment, as the job requests them. */
function allSpans(total: number): Span[] {
  const spans: Span[] = [];
  do spans.push(...spansFrom(spans.at(-1)?.end ?? 0, total));
  while ((spans.at(-1)?.end ?? total) < total);
  return spans;
}

it('spans follow each other from start to end, none too short to hear and none too long to embed', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: limits.recordingSeconds, noNaN: true }), (total) => {
      const spans = allSpans(total);
      expect(spans.map(({ place }) => place)).toEqual(spans.map((_, place) => place));
      expect(spans).toHaveLength(spanCount(total));
      expect(spans.map(({ start }) => start)).toEqual([0, ...spans.slice(0, -1).map(({ end }) => end)]);
      expect(spans.at(-1)?.end).toBe(total);
      for (const { start, end } of spans) {
        expect(end - start).toBeLessThanOrEqual(limits.mediaSpanSeconds + 1);
        if (total > 1) expect(end - start).toBeGreaterThanOrEqual(0.999);
      }
    }),
  );
});
