import { format, getFormatFromId } from 'numfmt';
import { attribute } from '../../xml/walk-xml.ts';
import { visitPart } from '../../zip/walk-part.ts';
import type { ZipPackage } from '../../zip/zip-package.ts';

/** Shows a number as the style of its cell says. */
export type ShowNumber = (value: number, style: number) => string;

/** Characters of a format. Source: Excel specifications and limits, "Number format": 255. */
const formatChars = 255;

/** Days from the start of one calendar of Excel to that of the other. Source: ECMA-376 part 1, §18.17.4.1. */
const daysFrom1900 = 1462;

/** Dates that the language of Windows would spell are shown as ISO 8601. Source: ECMA-376 part 1, §18.8.30. */
const ofLocale: Readonly<Record<number, string>> = { 14: 'yyyy-mm-dd', 22: 'yyyy-mm-dd hh:mm' };

/**
 * How the cells of a workbook show numbers and dates.
 * @param is1904 the workbook counts days from 1904
 */
export async function numberFormats(zip: ZipPackage, part: string, is1904: boolean): Promise<ShowNumber> {
  const codes = new Map<number, string>();
  const ofStyles: number[] = [];
  let isCells = false;
  await visitPart(zip, part, {
    open(name, attributes) {
      const id = Number(attribute(attributes, 'numFmtId') ?? 0);
      if (name === 'numFmt') codes.set(id, attribute(attributes, 'formatCode') ?? '');
      else if (name === 'cellXfs') isCells = true;
      else if (name === 'xf' && isCells) ofStyles.push(id);
    },
    close(name) {
      if (name === 'cellXfs') isCells = false;
    },
  });
  return (value, style) => {
    const id = ofStyles[style] ?? 0;
    const code = codes.get(id) ?? ofLocale[id] ?? builtIn(id);
    if (code === 'General' || code.length > formatChars) return plain(value);
    return shown(code, is1904 && isDate(code) ? value + daysFrom1900 : value);
  };
}

const builtIn = (id: number): string => {
  try {
    return getFormatFromId(id) || 'General';
  } catch {
    return 'General';
  }
};

/** Eleven digits, as Excel shows without a format. */
const plain = (value: number) => String(Number(value.toPrecision(11)));

/** Whether a format has parts of a date outside of its quoted text. */
const isDate = (code: string) => /[dmyhs]/i.test(code.replaceAll(/"[^"]*"|\\.|\[[^\]]*\]/g, ''));

function shown(code: string, value: number): string {
  try {
    const text = format(code, value, { throws: false, dateErrorNumber: true }).replaceAll(/\s+/g, ' ').trim();
    return text === '' || /^#+$/.test(text) ? plain(value) : text;
  } catch {
    return plain(value);
  }
}
