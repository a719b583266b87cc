import type { PictureFormat } from '@nova/shared/media-types';

/** A picture that may show text: bytes, or the address of an object in S3. */
export interface Picture {
  readonly format: PictureFormat;
  readonly source: { readonly bytes: Uint8Array } | { readonly uri: string };
}

/** The text of a picture, empty when it shows none; or why it is not read, as the end of a sentence. */
export type PictureText = { readonly text: string; readonly isCut?: true } | { readonly fault: string };

/**
 * Reads the text in a picture.
 * @param id of the picture in its document: the same at each reading
 */
export type ReadPicture = (picture: Picture, id: string) => Promise<PictureText>;
