import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { JobAccepted } from '@nova/shared/api/jobs';
import type { SearchHit } from '@nova/shared/api/search';
import type { MediaType } from '@nova/shared/media-types';
import { describe, expect, it } from 'vitest';
import { documentSamples } from '../../../lambdas/testing/document-samples.ts';
import { sharedPlatform } from '../testing/platform.ts';

/** Documents as people have them: in any encoding, with headings, tables and pages. */

const platform = sharedPlatform();

const { ja } = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../fixtures/encoded-texts.json'), 'utf8'),
);

describe('a document in an old encoding', () => {
  it('is found by its content, with the heading above it, and is stored as it came', async () => {
    // "# " and "## " are the same bytes in Shift_JIS; the fixture holds no heading.
    const bytes = Buffer.concat([
      Buffer.from('# Manual\n\n## Lighthouse\n\n'),
      Buffer.from(ja.encoded.shift_jis, 'base64'),
      Buffer.from('\n\n## Bread\n\nKnead the dough.\n'),
    ]);
    const contentId = await platform.api.upload('todai.md', 'text/markdown', bytes);
    await platform.api.indexed(contentId);

    const hits = await platform.api.search('灯台守は夜になると灯をともし');

    expect(hits.find((hit) => hit.contentId === contentId)).toMatchObject({
      text: expect.stringContaining('灯台守は夜になると灯をともし'),
      heading: expect.arrayContaining(['Manual']),
    });
    const { download } = await platform.api.content(contentId);
    expect(Buffer.from(await (await fetch(download?.url ?? '')).arrayBuffer())).toEqual(bytes);
  });

  it('is read by the charset of its content type', async () => {
    const bytes = Buffer.from('8ec088d5', 'hex');
    const contentId = await platform.api.upload('short.txt', 'text/plain; charset=Shift_JIS', bytes);
    await platform.api.indexed(contentId);

    expect((await platform.api.content(contentId)).contentType).toBe('text/plain; charset=shift_jis');
    const hits = await platform.api.search('実易');
    expect(hits.find((hit) => hit.contentId === contentId)?.text).toBe('実易');
  });

  it('is refused at once when its charset is unknown', async () => {
    const request = { filename: 'a.txt', contentType: 'text/plain; charset=klingon', bytes: 4 };

    expect(await platform.api.call('POST', '/content', { body: request })).toMatchObject({
      status: 400,
      text: expect.stringContaining('unknown charset, klingon'),
    });
  });
});

describe('a page', () => {
  it('gives its title and language to the item, and its form to the search', async () => {
    const page =
      '<html lang="en-GB"><head><title>The harbour office</title><meta name="author" content="I. Duarte"></head><body>' +
      '<nav><a href="/">Home page</a></nav><form><h1>Moorings</h1><p>A berth in the harbour costs nine shillings.</p></form></body></html>';
    const contentId = await platform.api.upload('office.html', 'text/html', Buffer.from(page));
    await platform.api.indexed(contentId);

    expect((await platform.api.content(contentId)).document).toEqual({
      title: 'The harbour office',
      author: 'I. Duarte',
      language: 'en-GB',
    });
    const hits = await platform.api.search('what does a berth in the harbour cost');
    const hit = hits.find((one) => one.contentId === contentId);
    expect(hit).toMatchObject({ heading: ['Moorings'], language: 'en' });
    expect(hit?.text).not.toContain('Home page');
  });
});

describe('a file of any kind, without its type', () => {
  it.each([
    ['letter.docx', 'wordprocessingml.document', { text: expect.stringContaining('Lit & on') }],
    ['talk.pptx', 'presentationml.presentation', { slide: expect.any(Number) }],
    ['list.xlsx', 'spreadsheetml.sheet', { sheet: 'a', cells: 'A1:B1' }],
    ['letter.odt', 'opendocument.text', { heading: ['On'], text: expect.stringContaining('Lit') }],
    ['talk.odp', 'opendocument.presentation', { slide: 1 }],
    ['list.ods', 'opendocument.spreadsheet', { sheet: 'a' }],
    ['book.epub', 'epub', { text: expect.stringContaining('Night.') }],
    ['list.csv', 'text/csv', { cells: expect.stringMatching(/^A1:B2$/) }],
    ['lights.json', 'application/json', { text: expect.stringContaining('lights.name: Skerry ア') }],
    ['light.py', 'source-code', { text: expect.stringContaining('return "on"') }],
    ['talk.vtt', 'text/vtt', { start: 1, end: 2, text: expect.stringContaining('Look.') }],
    ['letter.rtf', 'application/rtf', { text: expect.stringContaining('灯ア lit') }],
    ['letter.eml', 'message/rfc822', { text: expect.stringContaining('The keeper lit the lamp.') }],
  ])('%s is told by its bytes and its name, and its hits say where they are', async (filename, type, hit) => {
    const [known] = Object.keys(documentSamples).filter((name) => name.includes(type));
    const bytes = await documentSamples[known as MediaType]?.();
    const contentId = await platform.api.upload(
      filename,
      'application/octet-stream',
      bytes ?? Buffer.alloc(0),
    );
    await platform.api.indexed(contentId);

    expect((await platform.api.content(contentId)).contentType).toBe(known);
    const found = await platform.api.ok<{ results: SearchHit[] }>('POST', '/search', {
      query: 'the light',
      filter: { contentIds: [contentId] },
    });
    expect(found.results).toContainEqual(expect.objectContaining({ contentId, ...hit }));
  });
});

describe('a document without text', () => {
  it.each([
    ['blank.txt', 'text/plain', ' \n\t\n'],
    ['blank.md', 'text/markdown', '<!-- nothing -->\n\n---\n'],
    [
      'blank.html',
      'text/html',
      '<html><head><title>Empty</title></head><body><script>draw()</script></body></html>',
    ],
  ])('%s fails for good, and says why', async (filename, type, source) => {
    const contentId = await platform.api.upload(filename, type, Buffer.from(source));
    const { jobs } = await platform.api.ok<{ jobs: JobAccepted[] }>('POST', `/content/${contentId}/index`);
    const [job] = await Promise.all(jobs.map((accepted) => platform.api.ended(accepted)));

    expect(job).toMatchObject({
      status: 'failed',
      failure: { reason: expect.stringContaining('holds no text'), retriable: false },
    });
  });
});
