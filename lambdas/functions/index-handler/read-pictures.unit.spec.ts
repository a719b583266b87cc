import { usageStream } from '@nova/shared/events/index';
import { pictureKey } from '@nova/shared/objects';
import { describe, expect, it } from 'vitest';
import type { Embedder } from '../../models/embeddings.ts';
import type { ImageModel } from '../../models/nova-image/nova-image.ts';
import { aBmp, aTiff } from '../../testing/raster-files.ts';
import { scannedPdf } from '../../testing/scanned-pdf.ts';
import { aModelThatReads, contentId, jobId, prepare, stream, tenant } from './testing/indexing-fixture.ts';

/** The header of a PNG picture. */
function pngHeader(width: number, height: number): Buffer {
  const header = Buffer.from('89504e470d0a1a0a0000000d494844520000000000000000', 'hex');
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return header;
}

describe('indexing a picture', () => {
  it('passes images to the model by their address', async () => {
    const { embedded, vectors, upload, run } = prepare('image', 'image/png');
    await upload(Buffer.from('png'));

    await run('image');

    expect(embedded).toEqual([{ image: { format: 'png', uri: 's3://content/uploads/file' } }]);
    expect([...vectors.values()]).toMatchObject([{ kind: 'image', text: 'file name' }]);
  });

  it('puts the text in a picture into the index, after the picture itself, and charges its tokens', async () => {
    const { store, vectors, embedded, upload, run } = prepare('image', 'image/webp');
    await upload(Buffer.from('webp'));

    await run('image', { images: aModelThatReads('Gate 12\n\nBoarding closes at ten.') });

    expect(embedded).toEqual([
      { image: { format: 'webp', uri: 's3://content/uploads/file' } },
      { text: 'Gate 12\n\nBoarding closes at ten.' },
    ]);
    expect([...vectors.values()].map(({ source, text }) => [source, text])).toEqual([
      ['image', 'file name'],
      ['image', 'Gate 12\n\nBoarding closes at ten.'],
    ]);
    const usage = usageStream(tenant, new Date().toISOString().slice(0, 10));
    expect((await store.load(usage)).events.map(({ data }) => data)).toContainEqual({
      ...{ source: 'image', model: 'image-model', inputTokens: 230, outputTokens: 5 },
      reference: `${jobId}/picture/0`,
    });
  });

  it('decodes a picture that no model takes, and passes it to both as PNG', async () => {
    const { vectors, embedded, upload, run } = prepare('image', 'image/bmp');
    await upload(aBmp(24));

    await run('image', { images: aModelThatReads('Gate 12') });

    const png = { format: 'png', bytes: expect.any(Uint8Array) as Uint8Array };
    expect(embedded).toEqual([{ image: png }, { text: 'Gate 12' }]);
    expect([...vectors.values()].map(({ text }) => text)).toEqual(['file name', 'Gate 12']);
  });

  it('reads each page of a fax, and says which it does not read', async () => {
    const { store, vectors, upload, run } = prepare('image', 'image/tiff');
    const page = { width: 8, height: 1, strips: [Buffer.from([0x0f])] };
    await upload(aTiff([page, { ...page, tileWidth: 8 }, page]));

    await run('image', { images: aModelThatReads('The lamp of Zennor is lit.') });

    expect([...vectors.values()]).toMatchObject([{ text: 'file name' }, { page: 1, lastPage: 3 }]);
    expect((await store.load(stream)).events.at(-1)?.data).toMatchObject({
      document: { warnings: [expect.stringMatching(/^Page 2 is not read: it is in tiles/)] },
    });
  });

  it('refuses a picture of which no page can be decoded, with the reason', async () => {
    const { upload, run } = prepare('image', 'image/tiff');
    await upload(aTiff([{ width: 90_000, height: 8, strips: [Buffer.from([0x0f])] }]));

    await expect(run('image')).rejects.toThrow(/^The picture cannot be read: it has 90000 × 8 pixels/);
  });

  it.each<[string, ImageModel, RegExp]>([
    ['shows no text', aModelThatReads(''), /^No text is found in the picture/],
    ['the model declines', aModelThatReads(undefined), /is not read: the image model answered without/],
    [
      'the model refuses',
      {
        transcribe: () =>
          Promise.reject(Object.assign(new Error('quoted words'), { name: 'ValidationException' })),
      },
      /^The text of the picture is not read: the image model refused it/,
    ],
  ])(
    'finds a picture by what it shows, and says why it has no text, when it %s',
    async (_case, images, warning) => {
      const { store, vectors, upload, run } = prepare('image', 'image/png');
      await upload(pngHeader(8, 8));

      await run('image', { images });

      expect([...vectors.values()].map(({ text }) => text)).toEqual(['file name']);
      expect((await store.load(stream)).events.at(-1)?.data).toMatchObject({
        document: { warnings: [expect.stringMatching(warning)] },
      });
    },
  );

  it('keeps the text of a picture up to where the model was cut off, and says so', async () => {
    const { store, vectors, upload, run } = prepare('image', 'image/png');
    await upload(pngHeader(8, 8));

    await run('image', { images: aModelThatReads('The first half', false) });

    expect([...vectors.values()].map(({ text }) => text)).toEqual(['file name', 'The first half']);
    expect((await store.load(stream)).events.at(-1)?.data).toMatchObject({
      document: { warnings: [expect.stringMatching(/is read in part/)] },
    });
  });

  it('reads each picture of a document once, also in a job that is interrupted, and keeps no text of it afterwards', async () => {
    const { objects, embedder, vectors, upload, run } = prepare('document', 'application/pdf');
    const picture = {
      entries: '/Width 8/Height 8/ColorSpace/DeviceGray/BitsPerComponent 1',
      bytes: Buffer.alloc(8),
    };
    await upload(scannedPdf([{ pictures: [picture] }, { pictures: [picture] }]));
    let read = 0;
    const images: ImageModel = {
      transcribe: async (...call) => {
        read += 1;
        return aModelThatReads(`Sheet ${read} of the survey.`).transcribe(...call);
      },
    };
    const failing: Embedder = { embed: () => Promise.reject(new Error('time is up')) };
    await expect(run('document', { images, embedder: failing })).rejects.toThrow('time is up');

    await run('document', { images, embedder });

    expect(read).toBe(2);
    expect([...vectors.values()].map(({ text, page }) => [page, text])).toEqual([
      [1, expect.stringContaining('Sheet')],
    ]);
    for (const place of ['1-0', '2-0']) {
      expect(await objects.readJson(pictureKey(tenant, contentId, jobId, place))).toBeUndefined();
    }
  });

  it('shows no model a picture of absurd size', async () => {
    const { store, upload, run } = prepare('image', 'image/png');
    await upload(pngHeader(100_000, 3));
    const images: ImageModel = { transcribe: () => expect.unreachable() };

    await run('image', { images });

    expect((await store.load(stream)).events.at(-1)?.data).toMatchObject({
      document: { warnings: [expect.stringMatching(/100000 × 3 pixels/)] },
    });
  });

  it('fails with the refusal of the model', async () => {
    const { upload, run } = prepare('image', 'image/png');
    await upload(Buffer.from('png'));
    const refusal = Object.assign(new Error('image too large'), { name: 'ValidationException' });
    const embedder: Embedder = { embed: () => Promise.reject(refusal) };

    await expect(run('image', { embedder })).rejects.toMatchObject({
      type: 'unsupported-media',
      message: expect.not.stringContaining('image too large'),
    });
  });
});
