import { limits } from '@nova/shared/limits';
import { DomainError } from '../../../domain/errors.ts';
import { visitPart } from '../../zip/walk-part.ts';
import type { ZipPackage } from '../../zip/zip-package.ts';

/**
 * The texts that cells refer to by their number. Readings above ideographs are left out. Source: ECMA-376 part 1, §18.4.
 * @throws DomainError `unsupported-media` when they are longer than a document may be
 */
export async function sharedStrings(zip: ZipPackage, part: string): Promise<readonly string[]> {
  const strings: string[] = [];
  let [pieces, isText, readings, chars]: [string[], boolean, number, number] = [[], false, 0, 0];
  await visitPart(zip, part, {
    open(name) {
      if (name === 'si') pieces = [];
      else if (name === 'rPh') readings += 1;
      else if (name === 't') isText = readings === 0;
    },
    text(text) {
      if (isText) pieces.push(text);
    },
    close(name) {
      if (name === 't') isText = false;
      else if (name === 'rPh') readings -= 1;
      else if (name === 'si') {
        const text = pieces.join('');
        chars += text.length + 1;
        if (chars > limits.documentChars) throw tooLong();
        strings.push(text);
      }
    },
  });
  return strings;
}

const tooLong = () =>
  new DomainError(
    'unsupported-media',
    `The cells hold more than ${limits.documentChars} characters of text, which is the most that can be indexed; split the workbook and upload the pieces.`,
  );
