import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { Block, Place, Warning } from '../blocks/block.ts';
import type { PictureText } from '../blocks/picture.ts';
import { readText } from '../plain-text/read-text.ts';

/**
 * What a picture adds to its document: the paragraphs of its text, and a warning where it is not read to the end.
 * @param name of the picture at the start of a sentence, such as `Page 3`
 */
export function* pictureBlocks(
  read: PictureText,
  { name, place }: { readonly name: string; readonly place?: Place },
  budget: WorkBudget,
): Generator<Block | Warning> {
  if ('fault' in read) {
    yield { kind: 'warning', text: `${name} is not read: ${read.fault}.` };
    return;
  }
  for (const block of readText(read.text, budget)) yield { ...block, ...(place ? { place } : {}) };
  if (read.isCut)
    yield {
      kind: 'warning',
      text: `${name} is read in part: it holds more text than the image model may write.`,
    };
}
