import { limits } from '@nova/shared/limits';
import { collectGarbage } from '../../../runtime/collect-garbage.ts';
import type { Picture } from '../../blocks/picture.ts';
import { writePng } from '../../pictures/write-png.ts';
import type { PdfFile, PdfPage } from '../pdf-file.ts';
import { type SeparatedPictures, separatePictures } from './picture-streams.ts';
import { type DecodedImage, pixelsOf } from './pixels.ts';
import { type Operators, placedImages } from './placed-images.ts';

/** Part of a page that its pictures cover together, when it is a picture of text; and part that each covers at least. */
const [leastCovered, leastShare] = [0.4, 0.02];
/** Pictures of one page: some scanners cut a page into strips. */
const mostOfPage = 10;

/** A picture of a page, or why it is not read. */
export type PagePicture = Picture | { readonly fault: string };

/** Finds the pictures that pages consist of. The file is opened a second time, with its pictures, once a page needs them. */
export class PagePictures {
  readonly #open: (bytes: Uint8Array) => Promise<PdfFile>;
  readonly #operators: Operators;
  #original: Uint8Array | undefined;
  #opened: Promise<{ file: PdfFile; pictures: SeparatedPictures }> | undefined;

  /**
   * @param original the file with its pictures; without it there are none
   * @param open opens a file with PDF.js
   */
  constructor(
    original: Uint8Array | undefined,
    open: (bytes: Uint8Array) => Promise<PdfFile>,
    operators: Operators,
  ) {
    this.#original = original;
    this.#open = open;
    this.#operators = operators;
  }

  /** Why the first picture that is not decoded is not. */
  fault: string | undefined;

  /** The pictures of a page that is a picture of text, from the top; none for any other page. */
  async of(number: number): Promise<PagePicture[]> {
    if (!this.#original && !this.#opened) return [];
    this.#opened ??= this.#openOriginal();
    const { file, pictures } = await this.#opened;
    const page = await file.getPage(number);
    try {
      const images = placedImages(await page.getOperatorList(), this.#operators, page.view);
      const covered = images.reduce((sum, { share }) => sum + share, 0);
      if (covered < leastCovered) return [];
      const large = images
        .filter(({ share }) => share >= leastShare)
        .sort((a, b) => b.top - a.top || a.left - b.left);
      const found: PagePicture[] = [];
      for (const { image } of large.slice(0, mostOfPage)) {
        const decoded = await objectOf(page, image);
        const picture = await pictureOf(decoded, pictures);
        if ('fault' in picture) this.fault ??= picture.fault;
        found.push(picture);
        collectGarbage(limits.picturePixelBytes);
      }
      return found;
    } finally {
      page.cleanup();
    }
  }

  async #openOriginal() {
    const file = this.#original ?? new Uint8Array();
    this.#original = undefined;
    const pictures = await separatePictures(file);
    return { file: await this.#open(file), pictures };
  }
}

const damaged: PagePicture = { fault: 'its picture is damaged' };

/** Milliseconds in which PDF.js decodes a picture, or fails to: it reports no failure of some damaged ones. */
const decodingMs = 30_000;

/** The picture that PDF.js decoded: it comes some time after the operators. */
export async function objectOf(page: PdfPage, image: unknown): Promise<DecodedImage | undefined> {
  const name = isMask(image) ? image.data : image;
  if (typeof name !== 'string') return (image ?? undefined) as DecodedImage | undefined;
  const objects = name.startsWith('g_') ? page.commonObjs : page.objs;
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, decodingMs, undefined);
    objects.get(name, (found: unknown) => {
      clearTimeout(timer);
      resolve((found ?? undefined) as DecodedImage | undefined);
    });
  });
}

const isMask = (image: unknown): image is { readonly data: string } =>
  typeof image === 'object' && image !== null && 'data' in image && typeof image.data === 'string';

async function pictureOf(
  decoded: DecodedImage | undefined,
  pictures: SeparatedPictures,
): Promise<PagePicture> {
  if (!decoded) return damaged;
  const separate = pictures.get(Number.parseInt(decoded.ref ?? '', 10));
  if (separate && 'fault' in separate) return separate;
  if (separate) return { format: 'jpeg', source: { bytes: separate.jpeg } };
  const pixels = pixelsOf(decoded);
  return pixels ? { format: 'png', source: { bytes: await writePng(pixels) } } : damaged;
}
