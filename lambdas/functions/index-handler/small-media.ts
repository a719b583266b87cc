import { limits } from '@nova/shared/limits';
import type { ContentObjects } from '../../content/objects.ts';
import type { ReadMedia } from '../../models/embeddings.ts';

/** Reads the images and clips of the content bucket that fit into a request. */
export const smallMedia =
  (objects: Pick<ContentObjects, 'bucket' | 'head' | 'range'>): ReadMedia =>
  async (uri) => {
    const key = uri.slice(`s3://${objects.bucket}/`.length);
    const { bytes = 0 } = (await objects.head(key)) ?? {};
    return bytes > 0 && bytes <= limits.inlineMediaBytes ? objects.range(key, 0, bytes) : undefined;
  };
