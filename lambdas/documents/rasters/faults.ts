import { limits } from '@nova/shared/limits';

/** Why a picture is not decoded, as the end of a sentence. */
export interface Fault {
  readonly fault: string;
}

export const damaged: Fault = { fault: 'it is damaged' };

export const tooManyPixels = (width: number, height: number): Fault => ({
  fault: `it has ${width} × ${height} pixels, and ${limits.pictureSide} of a side and ${limits.picturePixelBytes} bytes of pixels are the most; make it smaller, and upload that`,
});
