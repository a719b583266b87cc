import type { MediaType } from '@nova/shared/media-types';

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
};
