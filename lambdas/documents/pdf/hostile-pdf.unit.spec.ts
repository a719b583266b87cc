import { deflateSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { DomainError } from '../../domain/errors.ts';
import { unlimited, workBudget } from '../../runtime/work-budget.ts';
import { encryptedPdf } from '../../testing/encrypted-pdf.ts';
import { expectLinearOf } from '../../testing/linear-work.ts';
import { page, pdf } from '../../testing/pdf.ts';
import { joined } from './layout/joined.ts';
import { readPdf } from './pdf.ts';
import { pdfParts } from './pdf-parts.ts';
import { checkStreams } from './streams/pdf-streams.ts';

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
  expectLinearOf((text) => Array.fromAsync(pdfParts(new Uint8Array(pdf([page(text)])))), operators, {
    size: 4 * 1024,
    numRuns: 12,
  }));

it.each(['[', '<<', '(', '</A['])(
  'a file whose objects never end, each with %s, is refused when its time is over, not when it is read',
  async (opening) => {
    // PDF.js reads each object to the end of the file: some hours for this one.
    const file = Buffer.from(`%PDF-1.4\n${`1 0 obj\n${opening}`.repeat(200_000)}`);
    const budget = workBudget(
      { cpuMs: 500, wallMs: 600_000, shareMs: 0 },
      () => new Error('The time is over'),
    );

    await expect(Array.fromAsync(readPdf(file, budget))).rejects.toThrow('The time is over');
  },
);

describe('an encrypted file that opens without a password', () => {
  const megabyte = 1024 ** 2;

  it('is read', async () => {
    const parts = await Array.fromAsync(readPdf(encryptedPdf(page('The lamp is lit.')), unlimited));

    expect(parts.at(-1)).toMatchObject({ kind: 'paragraph', text: 'The lamp is lit.' });
  });

  it('that decompresses beyond the memory of the function is refused with that reason', async () => {
    const used = Math.ceil(process.memoryUsage.rss() / megabyte);
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', String(used + 400));
    try {
      const bomb = encryptedPdf(deflateSync(Buffer.alloc(1000 * megabyte, ' ')));

      await expect(Array.fromAsync(readPdf(bomb, unlimited))).rejects.toThrow(/takes more memory to read/);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

it('the budget is looked at before each stream whose size is checked, also where streams overlap', () => {
  let looks = 0;
  const streams = 100;

  checkStreams(Buffer.from('stream\n\x78\x01\x00\xff\xff\x00\x00'.repeat(streams), 'latin1'), () => {
    looks += 1;
  });

  expect(looks).toBe(streams);
});

it('a page of any text is joined in time linear in its length', () =>
  expectLinearOf(
    (text) => joined(text.split('\n'), new Set(['a-a'])),
    ['a', '-', '\u00ad\n', '-\n', '日', '/\n', ' ', "'"],
    { size: 16 * 1024, numRuns: 12 },
  ));

it('cut short or with a bit turned over, a file gives its text or a reason', async () => {
  const whole = pdf([page('The keeper sleeps.', 'He dreams.'), page('The lamp is lit.')]);
  for (let round = 0; round < 200; round += 1) {
    const file = new Uint8Array(round % 2 === 0 ? whole.subarray(0, (round * 7919) % whole.length) : whole);
    if (round % 2 === 1)
      file[(round * 7919) % file.length] = (file[(round * 7919) % file.length] ?? 0) ^ (1 << (round % 8));
    const outcome = await Array.fromAsync(pdfParts(file)).catch((error: unknown) => error);
    if (!Array.isArray(outcome)) expect(outcome).toBeInstanceOf(DomainError);
  }
});
