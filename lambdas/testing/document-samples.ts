import type { MediaType } from '@nova/shared/media-types';
import { docx, epub, odf, pptx, xlsx } from './office-files.ts';

const text = (source: string) => async () => Buffer.from(source);

const message = [
  'From: Ada <ada@example.com>',
  'Subject: =?utf-8?B?54Gv?= lamp',
  'Content-Type: multipart/mixed; boundary=x',
  '',
  '--x',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: base64',
  '',
  'VGhlIGtlZXBlciBsaXQgdGhlIGxhbXAu',
  '--x',
  'Content-Type: application/pdf',
  'Content-Disposition: attachment; filename=plan.pdf',
  '',
  '%PDF',
  '--x--',
].join('\r\n');

/** A small document of each kind that is made by hand. */
export const documentSamples: Readonly<Partial<Record<MediaType, () => Promise<Buffer>>>> = {
  'text/csv': text('Name,Age\r\n"Doe, Jane",42\r\n'),
  'application/json': text('{"lights":[{"name":"Skerry \\u30a2","lit":1844,"tags":["rock"]}]}'),
  'application/xml': text('<?xml version="1.0"?><a><title>Light</title><p b="c">On &amp; <b>off</b></p></a>'),
  'text/x-source-code': text('def light():\n    return "on"\n'),
  'text/vtt': text('WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>Look.\n'),
  'application/rtf': text(
    String.raw`{\rtf1\ansi{\fonttbl{\f0\fcharset128 M;}}\f0 \'93\'94\u12450? lit\par\trowd a\cell b\cell\row\pard{\footnote n}}`,
  ),
  'message/rfc822': text(message),
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': () =>
    docx(
      '<w:p><w:r><w:t>Lit &amp; on</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl>',
    ),
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': () =>
    pptx(['<p:sp><a:p><a:t>On</a:t></a:p></p:sp>', '<p:sp><a:p><a:t>Off</a:t></a:p></p:sp>'], '<p:sp/>'),
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': () =>
    xlsx(
      [{ name: 'a', rows: '<row r="1"><c r="A1" s="0"><v>45352</v></c><c r="B1" t="s"><v>0</v></c></row>' }],
      {
        strings: '<si><t>Lit</t></si>',
        styles: '<cellXfs><xf numFmtId="22"/></cellXfs>',
      },
    ),
  'application/vnd.oasis.opendocument.text': () => odf('text', '<text:h>On</text:h><text:p>Lit</text:p>'),
  'application/vnd.oasis.opendocument.presentation': () =>
    odf('presentation', '<draw:page><text:p>On</text:p></draw:page>'),
  'application/vnd.oasis.opendocument.spreadsheet': () =>
    odf(
      'spreadsheet',
      '<table:table table:name="a"><table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>1</text:p></table:table-cell></table:table-row></table:table>',
    ),
  'application/epub+zip': () => epub(['<h1>One</h1><p>Day.</p>', '<p>Night.</p>']),
};
