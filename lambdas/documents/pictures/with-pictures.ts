import { limits } from '@nova/shared/limits';
import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { DocumentPart, PicturePart } from '../blocks/block.ts';
import type { ReadPicture } from '../blocks/picture.ts';
import { pictureBlocks } from './picture-blocks.ts';

type WithoutPictures = Exclude<DocumentPart, PicturePart>;
type Pending = readonly WithoutPictures[] | Promise<readonly WithoutPictures[]>;

/** Parts that wait for a picture before them. */
const mostWaiting = 10_000;

/**
 * Puts the text of pictures in their places. A few pictures are read at once, and the order of the parts stays.
 * @param before pictures that are before these in the document
 */
export async function* withPictures(
  parts: AsyncIterable<DocumentPart> | Iterable<DocumentPart>,
  readPicture: ReadPicture,
  budget: WorkBudget,
  before = 0,
): AsyncGenerator<WithoutPictures> {
  const waiting: Pending[] = [];
  let [pictures, reading] = [before, 0];
  const next = async () => {
    const first = waiting.shift();
    if (first instanceof Promise) reading -= 1;
    return (await first) ?? [];
  };
  const read = async (part: PicturePart) => {
    const text = await readPicture(part.picture, part.id);
    return [...pictureBlocks(text, part, budget)];
  };
  for await (const part of parts) {
    if (part.kind !== 'picture') {
      if (waiting.length === 0) yield part;
      else waiting.push([part]);
    } else if (pictures === limits.documentPictures) {
      pictures += 1;
      waiting.push([tooMany(part)]);
    } else if (pictures < limits.documentPictures) {
      while (reading >= limits.picturesAtOnce) yield* await next();
      reading += 1;
      const text = read(part);
      // It may fail while an earlier one is awaited: its error is thrown in its turn, if ever.
      text.catch(() => undefined);
      waiting.push(text);
      pictures += 1;
    }
    while (waiting.length > mostWaiting) yield* await next();
  }
  while (waiting.length > 0) yield* await next();
}

const tooMany = ({ name }: PicturePart): WithoutPictures => ({
  kind: 'warning',
  text: `${name} and the pictures after it are not read: ${limits.documentPictures} pictures of a document are. Split it, and upload the pieces.`,
});
