import { decoderOf } from '../encodings/decoder.ts';

/** Encodings of a font by its `\fcharset`. Source: RTF specification 1.9.1, "Font table". */
const ofFont: Readonly<Record<number, string>> = {
  0: 'windows-1252',
  77: 'macintosh',
  128: 'shift_jis',
  129: 'euc-kr',
  134: 'gbk',
  136: 'big5',
  161: 'windows-1253',
  162: 'windows-1254',
  163: 'windows-1258',
  177: 'windows-1255',
  178: 'windows-1256',
  186: 'windows-1257',
  204: 'windows-1251',
  222: 'windows-874',
  238: 'windows-1250',
};

/** Encodings by the number of their code page (`\ansicpg`), where it is not in the name. */
const ofPage: Readonly<Record<number, string>> = {
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  10000: 'macintosh',
  65001: 'utf-8',
};

export const charsetOfFont = (charset: number): string | undefined => ofFont[charset];

export const charsetOfPage = (page: number): string => ofPage[page] ?? `windows-${page}`;

/** Decodes bytes, one a character; those that are not in the encoding are read as Western European. */
export function decoded(bytes: string, encoding: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
  if (/^[\x00-\x7f]*$/.test(bytes)) return bytes;
  const buffer = Buffer.from(bytes, 'latin1');
  return (
    decoderOf(encoding)?.decode(buffer, true) ?? decoderOf('windows-1252')?.decode(buffer, true) ?? bytes
  );
}
