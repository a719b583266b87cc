import { limits } from '@nova/shared/limits';
import { toMediaType } from '@nova/shared/media-types';
import type { ContentObjects } from '../../content/objects.ts';
import type { Block, DocumentPart } from '../../documents/blocks/block.ts';
import type { ReadPicture } from '../../documents/blocks/picture.ts';
import { documentPassages } from '../../documents/passages/passages.ts';
import { withPictures } from '../../documents/pictures/with-pictures.ts';
import { fittingPng } from '../../documents/rasters/fitting-png.ts';
import { type RasterPage, rasterPages } from '../../documents/rasters/raster-pages.ts';
import type { ExistingContent } from '../../domain/content.ts';
import { DomainError } from '../../domain/errors.ts';
import { collectGarbage } from '../../runtime/collect-garbage.ts';
import type { WorkBudget } from '../../runtime/work-budget.ts';
import { noText, type ReadImage } from './read-image.ts';

/**
 * Reads an uploaded picture that no model takes as it is, such as a fax of several pages: each is decoded and sent as PNG. The first page
 * is what the picture shows.
 * @throws DomainError `unsupported-media` when no page can be decoded
 */
export async function readRaster(
  objects: ContentObjects,
  item: ExistingContent,
  readPicture: ReadPicture,
  budget: WorkBudget,
): Promise<ReadImage> {
  const type = toMediaType(item.contentType);
  if (item.bytes > limits.picturePixelBytes) {
    throw unreadable(
      `it has ${item.bytes} bytes, and ${limits.picturePixelBytes} are the most; export it as PNG or PDF, and upload that`,
    );
  }
  const file = await objects.start(item.objectKey, item.bytes);
  const pages = type && file ? await rasterPages(type, file) : [];
  const { parts, found } = partsOf(pages, budget);
  const blocks: Block[] = [];
  const warnings: string[] = [];
  for await (const part of withPictures(parts, readPicture, budget)) {
    if (part.kind === 'warning') warnings.push(part.text);
    else if (part.kind !== 'about') blocks.push(part);
  }
  const { png, fault } = found;
  if (!png) throw unreadable(fault ?? 'it is damaged');
  if (blocks.length === 0 && warnings.length === 0) warnings.push(noText);
  const passages = await Array.fromAsync(documentPassages(blocks, budget));
  const input = { image: { format: 'png', bytes: png } } as const;
  return { picture: { text: item.filename, input }, passages, warnings };
}

/** What is found while the parts are asked for: the first picture, and why the first page that is not decoded is not. */
interface Found {
  png?: Uint8Array;
  fault?: string;
}

function partsOf(pages: readonly RasterPage[], budget: WorkBudget) {
  const found: Found = {};
  const hasPages = pages.length > 1;
  const parts = async function* (): AsyncGenerator<DocumentPart> {
    for (const [at, decode] of pages.entries()) {
      budget();
      const name = hasPages ? `Page ${at + 1}` : 'The text of the picture';
      const pixels = await decode();
      if ('fault' in pixels) {
        found.fault ??= pixels.fault;
        yield { kind: 'warning', text: `${name} is not read: ${pixels.fault}.` };
        continue;
      }
      const png = await fittingPng(pixels, limits.inlineMediaBytes);
      found.png ??= png;
      const place = hasPages ? { place: { page: at + 1 } } : {};
      yield {
        kind: 'picture',
        picture: { format: 'png', source: { bytes: png } },
        id: `${at}`,
        name,
        ...place,
      };
      collectGarbage(limits.picturePixelBytes);
    }
  };
  return { parts: parts(), found };
}

const unreadable = (fault: string) =>
  new DomainError('unsupported-media', `The picture cannot be read: ${fault}.`);
