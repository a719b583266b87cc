import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Usage } from '@nova/shared/api/usage';
import { describe, expect, it } from 'vitest';
import { scannedPdf } from '../../../lambdas/testing/scanned-pdf.ts';
import { findTesseract } from '../../../local/services/bedrock/pictures/tesseract.ts';
import { makeGif, makeJpeg, makePicture, makeWebp } from '../../fixtures/make-picture.ts';
import { eventually } from '../testing/eventually.ts';
import { sharedPlatform } from '../testing/platform.ts';

/** Pictures are found by the text in them, and by what they show. */

const platform = sharedPlatform();
/** The platform uses it where it is installed. */
const engine = findTesseract() !== undefined;

async function uploaded(name: string, type: string, bytes: Buffer) {
  const contentId = await platform.api.upload(name, type, bytes);
  await eventually(
    `${contentId} is processed`,
    async () => (await platform.api.content(contentId)).processed,
  );
  return contentId;
}

const gate = await makePicture('The northern gate closes at nine o’clock.');

describe('a picture', () => {
  it.each([
    ['PNG', 'gate.png', 'image/png', gate],
    ['GIF', 'barrier.gif', 'image/gif', makeGif('The southern barrier opens at six.')],
    ['WebP', 'ferry.webp', 'image/webp', makeWebp('The island ferry leaves from pier seven.')],
  ])('in %s is found by the text in it', async (_format, name, type, bytes) => {
    const contentId = await uploaded(name, type, bytes);

    const words = {
      'gate.png': 'when does the northern gate close',
      'barrier.gif': 'southern barrier opens',
    };
    const hits = await platform.api.search(
      words[name as keyof typeof words] ?? 'where does the island ferry leave',
    );

    const hit = hits.find((one) => one.contentId === contentId);
    expect(hit?.kind).toBe('image');
    expect(hit?.text).toMatch(/gate closes at nine|barrier opens at six|from pier seven/);
  });

  it('is charged for the tokens of its text', async () => {
    await uploaded('sign.png', 'image/png', await makePicture('Mind the step.'));

    const { days } = await platform.api.ok<Usage>('GET', '/usage');

    const image = days[0]?.sources.find(({ source }) => source === 'image');
    expect(image?.inputTokens).toBeGreaterThan(0);
  });

  it('without text is found by itself, and says that it holds none', async () => {
    const contentId = await uploaded('blank.png', 'image/png', await makePicture(''));

    const item = await platform.api.content(contentId);

    expect(item.processing).toMatchObject([
      {
        kind: 'indexing',
        source: 'image',
        status: 'done',
        warnings: [expect.stringMatching(/^No text is found/)],
      },
    ]);
    expect(item.indexed).toBe(true);
  });

  it.skipIf(engine)('that nothing here can read says so (skipped with Tesseract)', async () => {
    const contentId = await uploaded('other.png', 'image/png', await makePicture());

    const hits = await platform.api.search('text not read');

    expect(hits.find((one) => one.contentId === contentId)?.text).toBe('[text not read: local stand-in]');
  });
});

describe.skipIf(!engine)('with Tesseract (skipped where `make tesseract` has not installed it)', () => {
  const fixture = (name: string) =>
    readFileSync(resolve(import.meta.dirname, '../../fixtures/pictures', name));

  it.each([
    [
      'english.png',
      'when does the lighthouse keeper light the lamp',
      'The lighthouse keeper lit the lamp at dusk.',
    ],
    ['japanese.png', '港の船はいつ出発', '港の船は朝に出発します。'],
  ])('%s is found by its text', { timeout: 120_000 }, async (name, query, text) => {
    const contentId = await uploaded(name, 'image/png', fixture(name));

    const hits = await platform.api.search(query);

    expect(hits.find((hit) => hit.contentId === contentId)?.text).toContain(text);
  });
});

describe('a scanned document', () => {
  const jpeg = '/Width 16/Height 8/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode';
  const sheet = (text: string) => ({ pictures: [{ entries: jpeg, bytes: makeJpeg(text) }] });

  it('is found at its page, and a page that is not read is named', async () => {
    const tooLarge = { entries: jpeg.replace('16', '9001'), bytes: Buffer.from('no picture') };
    const file = scannedPdf([
      sheet('The harbour was dredged in the year of the flood.'),
      { pictures: [tooLarge] },
      sheet('The dredger was sold to the town of Marstal.'),
    ]);
    const contentId = await uploaded('survey.pdf', 'application/pdf', file);

    const hits = await platform.api.search('to which town was the dredger sold');

    // One hit is about both pages when a passage holds both.
    expect(hits.find((hit) => hit.contentId === contentId)).toMatchObject({
      text: expect.stringContaining('sold to the town of Marstal'),
      page: expect.any(Number),
    });
    const { document, processing } = await platform.api.content(contentId);
    expect(document).toMatchObject({ pages: 3, warnings: [expect.stringMatching(/^Page 2 is not read: /)] });
    expect(processing).toMatchObject([{ status: 'done', warnings: document?.warnings }]);
  });
});
