import type { MediaType } from '@nova/shared/media-types';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../domain/errors.ts';
import { readParts, textsOf } from '../testing/read-parts.ts';

describe('a table of comma-separated values', () => {
  it('is read by rows, with its header and the cells of each', async () => {
    const { blocks } = await readParts(
      'Name,Age,Note\r\n"Doe, Jane",42,"says ""hi""\nthere"\r\n,,\r\nBob,,x\r\n',
      'text/csv',
    );

    expect(blocks).toEqual([
      { kind: 'row', table: 1, text: 'Name, Age, Note', place: { cells: 'A1:C1' }, header: true },
      { kind: 'row', table: 1, text: 'Doe, Jane, 42, says "hi" there', place: { cells: 'A2:C2' } },
      { kind: 'row', table: 1, text: 'Bob, , x', place: { cells: 'A4:C4' } },
    ]);
  });

  it.each([
    ['semicolons', 'a;b,c\n1;2', 'text/csv', ['a, b,c', '1, 2']],
    ['tabs', 'a\tb\n1\t2', 'text/tab-separated-values', ['a, b', '1, 2']],
    ['a named mark', 'sep=|\na|b', 'text/csv', ['a, b']],
    ['a quote that never closes', 'a,b\n"x,1\ny,2', 'text/csv', ['a, b', '"x, 1', 'y, 2']],
  ] as const)('with %s is read', async (_, source, type, texts) => {
    const { blocks } = await readParts(source, type);
    expect(textsOf(blocks)).toEqual(texts);
  });
});

describe('JSON', () => {
  it('is read by its records, each value after its keys', async () => {
    const source = JSON.stringify({
      lights: [
        { name: 'Skerry', lit: 1844, keeper: { name: 'Ada \u30a2' }, tags: ['rock', 'sea'], gone: null },
        { name: 'Muckle', isLit: true },
      ],
    });
    const { blocks } = await readParts(source, 'application/json');

    expect(textsOf(blocks)).toEqual([
      'lights.name: Skerry\nlights.lit: 1844\nlights.keeper.name: Ada ア\nlights.tags: rock, sea',
      'lights.name: Muckle\nlights.isLit: true',
    ]);
  });

  it('is read line by line', async () => {
    const { blocks } = await readParts('{"a":"one"}\n{"a":"two"}\n', 'application/x-ndjson');
    expect(textsOf(blocks)).toEqual(['a: one', 'a: two']);
  });

  it.each(['{"a":1', '{"a" 1}', '[1,]', '{"a":1}}', '["a', '{a:1}', '["\\x"]', '[1 2]'])(
    'that is none is refused with the line: %s',
    async (source) => {
      await expect(readParts(`\n${source}`, 'application/json')).rejects.toThrow(/not JSON: .* line 2/);
    },
  );

  it('that is nested without end is refused', async () => {
    await expect(readParts('['.repeat(100_000), 'application/json')).rejects.toThrow(/nested too deeply/);
  });
});

describe('XML', () => {
  it('is read by its texts', async () => {
    const source =
      '<?xml version="1.0"?><book><title>The keeper</title><price>12</price><p>She <b>lit</b> the lamp &amp; slept until the morning.</p><image alt="A tower"/><![CDATA[x < y]]></book>';
    const { blocks } = await readParts(source, 'application/xml');

    expect(textsOf(blocks)).toEqual([
      'The keeper',
      'price: 12',
      'She lit the lamp & slept until the morning.',
      'image alt: A tower',
      'x < y',
    ]);
    expect(blocks[0]).toMatchObject({ kind: 'heading', level: 1 });
  });

  it('in the encoding that it names is read', async () => {
    const bytes = Buffer.concat([
      Buffer.from('<?xml version="1.0" encoding="Shift_JIS"?><p>'),
      Buffer.from('939491e4', 'hex'),
      Buffer.from('</p>'),
    ]);
    expect(textsOf((await readParts(bytes, 'application/xml')).blocks)).toEqual(['灯台']);
  });

  it('that defines entities is refused', async () => {
    const laughs = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>';
    await expect(readParts(laughs, 'application/xml')).rejects.toThrow(/defines XML entities/);
  });

  it('that is nested without end is refused', async () => {
    await expect(readParts('<a>'.repeat(100_000), 'application/xml')).rejects.toThrow(/nested too deeply/);
  });
});

describe('source code and YAML', () => {
  it('keep their lines', async () => {
    const source = 'def light():\n    return "on"\n\n\nx = 1\n';
    const { blocks } = await readParts(source, 'text/x-source-code');
    expect(blocks).toEqual([
      { kind: 'code', text: 'def light():\n    return "on"' },
      { kind: 'code', text: 'x = 1' },
    ]);
    expect(textsOf((await readParts('a: 1\nb:\n  - c\n', 'application/yaml')).blocks)).toEqual([
      'a: 1\nb:\n  - c',
    ]);
  });
});

describe('subtitles', () => {
  it.each([
    [
      'application/x-subrip',
      '1\r\n00:00:01,500 --> 00:00:03,000\r\n<i>The keeper\r\nlit</i>\r\n\r\n2\r\n00:00:03,100 --> 00:00:05,000 X1:40\r\n{\\an8}the lamp.\r\n\r\n3\r\n01:00:00,000 --> 01:00:02,000\r\nLater.\r\n',
    ],
    [
      'text/vtt',
      'WEBVTT\nLanguage: en\n\nNOTE no\n\n00:01.500 --> 00:03.000\n<c>The keeper\nlit</c>\n\nx\n00:03.100 --> 00:05.000 align:start\nthe lamp.\n\n01:00:00.000 --> 01:00:02.000\nLater.\n',
    ],
  ] as const)('of %s are timed passages', async (type, source) => {
    const { blocks } = await readParts(source, type);
    expect(blocks).toEqual([
      { kind: 'paragraph', text: 'The keeper lit', place: { start: 1.5, end: 3 } },
      { kind: 'paragraph', text: 'the lamp.', place: { start: 3.1, end: 5 }, continues: true },
      { kind: 'paragraph', text: 'Later.', place: { start: 3600, end: 3602 } },
    ]);
  });

  it('name who speaks, and show a rolling line once', async () => {
    const cues =
      'WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>Look.\n\n00:02.000 --> 00:03.000\nLook.\nA light!\n';
    expect(textsOf((await readParts(cues, 'text/vtt')).blocks)).toEqual(['Ada: Look.', 'Look. A light!']);
  });
});

describe('RTF', () => {
  it('is read with its facts, headings, tables, notes and encodings', async () => {
    const source = String.raw`{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset128 Mincho;}}{\colortbl;\red0;}{\info{\title The light}{\author Ada}}
{\pard\outlinelevel0 Keeping{\footnote\pard Two.\par Three.}\par}\pard She \b lit\b0  the{\footnote\pard A note.\par} lamp\'85 \u12450?\f1 \'93\'94\f0 {\v hidden}{\*\generator no}{\pict 00ff}\par
\trowd\trhdr\pard\intbl Year\cell Light\cell\row\trowd\pard\intbl 1987\cell\cell\row\pard {\*\unknown no}Last \{one\}.\par}`;
    const { blocks, about } = await readParts(source, 'application/rtf');

    expect(about).toEqual({ title: 'The light', author: 'Ada' });
    expect(blocks).toEqual([
      { kind: 'heading', level: 1, text: 'Keeping' },
      { kind: 'paragraph', text: 'Two. Three.' },
      { kind: 'paragraph', text: 'She lit the lamp… ア灯' },
      { kind: 'paragraph', text: 'A note.' },
      { kind: 'row', table: 1, text: 'Year, Light', header: true },
      { kind: 'row', table: 1, text: '1987, ' },
      { kind: 'paragraph', text: 'Last {one}.' },
    ]);
  });

  it('that is none or nested without end is refused', async () => {
    await expect(readParts('plain', 'application/rtf')).rejects.toThrow(/not in the Rich Text Format/);
    await expect(readParts(`{\\rtf1 ${'{'.repeat(2000)}`, 'application/rtf')).rejects.toThrow(
      /nested too deeply/,
    );
  });
});

describe('an e-mail message', () => {
  const message = (body: string) =>
    `From: Ada <ada@example.com>\r\nTo: bob@example.com\r\nDate: Mon, 30 Nov 2026 22:00:00 +0000\r\nSubject: =?utf-8?B?54Gv?= lamp\r\n${body}`;
  const mixed = [
    'Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>The lamp is <b>lit</b>.</p>',
    '--x\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=plan.pdf\r\n\r\n%PDF\r\n--x--',
  ].join('\r\n');

  it('is read with who wrote it, when and about what, and names its attachments', async () => {
    const { blocks, about, warnings } = await readParts(message(mixed), 'message/rfc822');

    expect(about).toEqual({ title: '灯 lamp', author: 'Ada <ada@example.com>' });
    expect(textsOf(blocks)).toEqual([
      '灯 lamp',
      'From: Ada <ada@example.com>\nTo: bob@example.com\nDate: 2026-11-30T22:00:00.000Z',
      'The lamp is lit.',
      'Attachment: plan.pdf (application/pdf)',
    ]);
    expect(warnings).toEqual([expect.stringMatching(/not read: plan.pdf/)]);
  });

  it('with parts within parts without end is refused', async () => {
    let body = 'Content-Type: multipart/mixed; boundary=b0\r\n\r\n';
    for (let at = 0; at < 100; at += 1)
      body += `--b${at}\r\nContent-Type: multipart/mixed; boundary=b${at + 1}\r\n\r\n`;
    await expect(readParts(message(body), 'message/rfc822')).rejects.toThrow(/nested too deeply/);
  });
});

describe('any of them', () => {
  const kinds: readonly MediaType[] = [
    ...([
      'text/csv',
      'application/json',
      'application/xml',
      'application/yaml',
      'text/x-source-code',
    ] as const),
    ...(['application/x-subrip', 'text/vtt', 'application/rtf', 'message/rfc822'] as const),
  ];
  it.each(kinds)('that is blank is refused: %s', async (kind) => {
    await expect(readParts(' \n', kind)).rejects.toThrow(DomainError);
  });
});
