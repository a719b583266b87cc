import type { SearchHit } from '@nova/shared/api/search';
import { limits } from '@nova/shared/limits';
import { describe, expect, it } from 'vitest';
import { expectLinearOf } from '../../../testing/linear-work.ts';
import { contentIdsIn } from '../tools/untrusted-output.ts';
import { citationsOf } from './citations.ts';

const [report, memo] = ['0199a0b0-0000-7000-8000-000000000001', '0199a0b0-0000-7000-8000-000000000002'];

function hit(contentId: string, text: string, start: number | null = null): SearchHit {
  return { contentId, kind: start === null ? 'document' : 'audio', start, end: start, text, score: 0.5 };
}

describe('citations', () => {
  it('are the passages of the items that a reply names', () => {
    const citations = citationsOf(`It opens at nine [${report}].`, [hit(memo, 'b'), hit(report, 'a')]);

    expect(citations).toEqual([{ contentId: report, start: null, end: null, text: 'a' }]);
  });

  it('say where the passage is in its document', () => {
    const place = { page: 3, lastPage: 4, pageLabel: 'iii', heading: ['Opening hours'] };

    expect(citationsOf(`It opens at nine [${report}].`, [{ ...hit(report, 'a'), ...place }])).toEqual([
      { contentId: report, start: null, end: null, ...place, text: 'a' },
    ]);
  });

  it('are empty when the reply uses no search result', () => {
    expect(citationsOf('I found nothing about that.', [hit(memo, 'b'), hit(report, 'a')])).toEqual([]);
  });

  it('are never invented: an id that no search returned is not cited', () => {
    expect(citationsOf(`See [${report}].`, [])).toEqual([]);
  });

  it('name each passage once, and one item twice for two passages', () => {
    const shown = [hit(report, 'a', 1), hit(report, 'a', 1), hit(report, 'a', 7)];

    expect(citationsOf(report, shown).map(({ start }) => start)).toEqual([1, 7]);
  });

  it('are limited in number', () => {
    const shown = Array.from({ length: 50 }, (_, n) => hit(report, `passage ${n}`));

    expect(citationsOf(report, shown)).toHaveLength(limits.citationsPerReply);
  });
});

describe('citations of recordings', () => {
  const shown = [hit(report, 'a', 1), hit(report, 'b', 12), hit(report, 'c', 20.2), hit(memo, 'm', 12)];
  const startsOf = (reply: string) => citationsOf(reply, shown).map(({ start }) => start);

  it.each([
    [`[${report}] (12 s)`, [12]],
    [`[${report}] (11-13 s) and again [${report}] (20.5 s)`, [12, 20.2]],
    [`[${report}] (12–20 s)`, [12, 20.2]],
    [`said at [${report.toUpperCase()}] (1.0 s).`, [1]],
    [`[${report}] at some point`, [1, 12, 20.2]],
    [`[${report}] (12 s), see [${report}]`, [12]],
  ])('are at the seconds that the reply names: %s', (reply, starts) => {
    expect(startsOf(reply)).toEqual(starts);
  });

  it('are empty for a second that no tool returned', () => {
    expect(startsOf(`[${report}] (500 s)`)).toEqual([]);
  });
});

it('a reply, and a message, are searched for ids in time linear in their length', () =>
  expectLinearOf(
    (text) => [citationsOf(text, []), contentIdsIn(text)],
    [report, `[${report}]`, '0199a0b0-', ' ', '(', '1', '1.', '–', '- ', ' s', '\n'],
    { size: 16 * 1024, numRuns: 40 },
  ));
