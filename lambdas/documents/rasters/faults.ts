import { limits } from '@nova/shared/limits';

/** Why a picture is not decoded, as the end of a sentence. */
export interface Fault {
  readonly fault: string;
}

export const damaged: Fault = { fault: 'it is damaged' };

/**
 * Why a picture of this size is not decoded; undefined for one that is.
 * @param rowBytes of its pixels
 */
export const sizeFault = (width: number, height: number, rowBytes = width * 3): Fault | undefined =>
  Math.max(width, height) > limits.pictureSide || rowBytes * height > limits.picturePixelBytes
    ? tooManyPixels(width, height)
    : undefined;

export const tooManyPixels = (width: number, height: number): Fault => ({
  fault: `it has ${width} × ${height} pixels, and ${limits.pictureSide} of a side and ${limits.picturePixelBytes} bytes of pixels are the most; make it smaller, and upload that`,
});
