import type { Usage } from '@nova/shared/api/usage';
import { describe, expect, it } from 'vitest';
import { makeGif, makePicture, makeWebp } from '../../fixtures/make-picture.ts';
import { sharedPlatform } from '../testing/platform.ts';

/** Pictures are found by the text in them, and by what they show. */

const platform = sharedPlatform();

async function uploaded(name: string, type: string, bytes: Buffer) {
  const contentId = await platform.api.upload(name, type, bytes);
  await platform.api.indexed(contentId);
  return contentId;
}

describe('a picture', () => {
  it.each([
    ['PNG', 'gate.png', 'image/png', makePicture('The northern gate closes at nine o’clock.')],
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
    await uploaded('sign.png', 'image/png', makePicture('Mind the step.'));

    const { days } = await platform.api.ok<Usage>('GET', '/usage');

    const image = days[0]?.sources.find(({ source }) => source === 'image');
    expect(image?.inputTokens).toBeGreaterThan(0);
  });

  it('without text is found by itself, and says that it holds none', async () => {
    const contentId = await uploaded('blank.png', 'image/png', makePicture(''));

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

  it('that nothing here can read says so', async () => {
    const contentId = await uploaded('other.png', 'image/png', makePicture());

    const hits = await platform.api.search('text not read');

    expect(hits.find((one) => one.contentId === contentId)?.text).toBe('[text not read: local stand-in]');
  });
});
