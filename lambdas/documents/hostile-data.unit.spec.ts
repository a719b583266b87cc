import { describe, it } from 'vitest';
import { unlimited } from '../runtime/work-budget.ts';
import { expectLinearOf } from '../testing/linear-work.ts';
import { readCsv } from './data/read-csv.ts';
import { readJson } from './data/read-json.ts';
import { readMail } from './mail/read-mail.ts';
import { readCode } from './plain-text/read-code.ts';
import { readRtf } from './rtf/read-rtf.ts';
import { readSubtitles } from './subtitles/read-subtitles.ts';
import { readXml } from './xml/read-xml.ts';

describe('data, code, subtitles and mail take time linear in their length', () => {
  const contentType = '';
  const file = (source: string) => ({ bytes: Buffer.from(source, 'latin1'), contentType });
  const rtf = (source: string) => [...readRtf(file(`{\\rtf1 ${source}`), unlimited)];
  const mail = (source: string) => Array.fromAsync(readMail(file(`Subject: a\r\n${source}`), unlimited));

  it.each([
    [
      'CSV',
      (source: string) => [...readCsv(source, unlimited)],
      ['"', '""', ',', '\n', 'a', '"a"', '\r', ';', '\t', ' '],
    ],
    [
      'JSON',
      (source: string) => [...readJson(source, unlimited)],
      ['"a"', '"', '\\', '\\"', '{"a":1}\n', '[1]', '"a b" ', '1 ', '"', '\n'],
    ],
    [
      'XML',
      (source: string) => [...readXml(source, unlimited)],
      [
        '<a>',
        '</a>',
        '<a/>',
        '<a b="c"/>',
        'x',
        '<![CDATA[',
        ']]>',
        '<!--',
        '&amp;',
        '&',
        '<?',
        '"',
        '<',
        '<a ',
      ],
    ],
    ['code', (source: string) => [...readCode(source, unlimited)], ['\n', 'a\n', ' ', '\t', 'a']],
    [
      'subtitles',
      (source: string) => [...readSubtitles(`WEBVTT\n${source}`, unlimited)],
      ['00:01.000 --> 00:02.000\n', '-->', '<', '>', '<v a', '{\\', 'a\n', '\n', '1\n', '&amp;', ' ', '0'],
    ],
    [
      'RTF',
      rtf,
      [
        '{',
        '}',
        '\\par ',
        '\\cell ',
        '\\row ',
        "\\'93",
        '\\u1234?',
        'a',
        '\\',
        '\\trowd ',
        '{\\footnote ',
        '\\bin3 ',
        '\n',
      ],
    ],
    [
      'a message',
      mail,
      [
        'a: b\r\n',
        '\r\n',
        ' a',
        '=?utf-8?q?a?=',
        '=?',
        '<',
        '@',
        ',',
        '(',
        '"',
        ';',
        '--x\r\n',
        'To: a\r\n',
        'a',
      ],
    ],
  ] as const)('%s of any pieces repeated', (_, work, pieces) =>
    expectLinearOf(work, pieces, { size: 16 * 1024, numRuns: 20 }),
  );
});
