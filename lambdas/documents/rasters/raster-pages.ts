import { limits } from '@nova/shared/limits';
import { type MediaType, toMediaType } from '@nova/shared/media-types';
import type { Pixels } from '../pictures/write-png.ts';
import type { Fault } from './faults.ts';

/** Decodes a page. */
export type RasterPage = () => Promise<Pixels | Fault>;

/** Readers of pictures that no model takes as they are. Each is loaded for such a picture only. */
const readers: Readonly<Partial<Record<MediaType, (file: Uint8Array) => Promise<readonly RasterPage[]>>>> = {
  'image/avif': async (file) => {
    const { readAvif } = await import('./avif.ts');
    return [() => readAvif(file)];
  },
  'image/bmp': async (file) => {
    const { readBmp } = await import('./bmp.ts');
    return [async () => readBmp(file)];
  },
  'image/tiff': async (file) => {
    const { directoriesOf } = await import('./directories.ts');
    const { stripsOf } = await import('./strips.ts');
    const { decodeStrips } = await import('./decode-strips.ts');
    const pages = directoriesOf(file, limits.documentPictures + 1).filter(isPage);
    return pages.map((page) => async () => {
      const strips = await stripsOf(file, page);
      return 'fault' in strips ? strips : decodeStrips(strips);
    });
  },
};

/** A page is neither a smaller copy of another one nor the mask of one. Source: TIFF Revision 6.0, `NewSubfileType`. */
const isPage = ({
  subfile,
  width,
}: {
  readonly subfile?: readonly number[];
  readonly width?: readonly number[];
}) => ((subfile?.[0] ?? 0) & 0b101) === 0 && width !== undefined;

/** Whether pictures of a type are decoded here. */
export function isRaster(contentType: string): boolean {
  const type = toMediaType(contentType);
  return type !== undefined && readers[type] !== undefined;
}

/** The pages of a picture: one of a BMP or AVIF picture, any number of a TIFF file. */
export const rasterPages = async (type: MediaType, file: Uint8Array): Promise<readonly RasterPage[]> =>
  (await readers[type]?.(file)) ?? [];
