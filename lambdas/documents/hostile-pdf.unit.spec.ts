import { expect, it } from 'vitest';
import { unlimited } from '../runtime/work-budget.ts';
import { expectLinearOf } from '../testing/linear-work.ts';
import { page, pdf } from '../testing/pdf.ts';
import { pdfText } from './pdf.ts';
import { checkStreamSizes } from './pdf-streams.ts';

/** Operators of a page (ISO 32000-1, Annex A), which a hostile one repeats. */
const operators = [
  'q ',
  'Q ',
  '(a) Tj ',
  'BT ',
  'ET ',
  '[',
  ']',
  '<<',
  '>>',
  '/F1 12 Tf ',
  '(',
  ')',
  'BI ',
  'ID ',
];

it('the operators of a page take time linear in their length', () =>
  expectLinearOf((text) => pdfText(pdf([page(text)]), unlimited), operators, {
    size: 4 * 1024,
    numRuns: 12,
  }));

it('the budget is looked at before each stream whose size is checked, also where streams overlap', () => {
  let looks = 0;
  const streams = 100;

  checkStreamSizes(Buffer.from('stream\n\x78\x01\x00\xff\xff\x00\x00'.repeat(streams), 'latin1'), () => {
    looks += 1;
  });

  expect(looks).toBe(streams);
});
