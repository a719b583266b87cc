import { limits } from '@nova/shared/limits';
import { pictureKey } from '@nova/shared/objects';
import pMap from 'p-map';
import * as z from 'zod';
import type { ContentObjects } from '../../content/objects.ts';
import type { Picture, PictureText, ReadPicture } from '../../documents/blocks/picture.ts';
import type { EventStore } from '../../event-store/store.ts';
import type { WorkContext } from '../../jobs/job-run.ts';
import { storeFor } from '../../jobs/save-result.ts';
import { isRefusal } from '../../models/errors.ts';
import type { ImageModel, Transcription } from '../../models/nova-image/nova-image.ts';
import { logger } from '../../runtime/instrumentation.ts';
import { metered } from '../../usage/record-usage.ts';
import type { IndexingTask } from './put-vectors.ts';

export interface PictureDependencies {
  readonly store: EventStore;
  readonly objects: ContentObjects;
  readonly images: ImageModel;
}

/** Reads the pictures of a job. */
export interface PictureReader {
  readonly read: ReadPicture;
  /** Deletes the texts that were kept for another attempt of the job. */
  forget(): Promise<void>;
}

/** The text of a picture as it is kept. */
const KeptText = z.union([
  z.object({ text: z.string(), isCut: z.literal(true).exactOptional() }),
  z.object({ fault: z.string() }),
]);

/**
 * Reads pictures within the budget of a job's key, which is charged for each. A text is kept until the job is done: another attempt of
 * a job that was interrupted does not read the picture again.
 * @param reference of the tokens in the usage account
 * @throws DomainError `budget-exhausted` before a picture
 */
export function pictureReader(
  { store, objects, images }: PictureDependencies,
  job: WorkContext<IndexingTask>,
  reference: string,
): PictureReader {
  const kept = new Set<string>();
  const readByModel = async (picture: Picture, id: string): Promise<PictureText> => {
    await job.checkBudget();
    const account = { ...job, source: 'image', reference: `${reference}/picture/${id}` } as const;
    try {
      return await metered(store, account, async (tokens) => {
        const read = await images.transcribe(picture, job.signal);
        tokens.add({ ...read.usage, model: read.model });
        return textOf(read);
      });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // The service's message may quote the picture, so it goes to the log, which expires.
      logger.warn('The image model refused a picture', { id, said: error.message });
      return { fault: refused };
    }
  };
  return {
    async read(picture, id) {
      const objectKey = pictureKey(job.tenant, job.contentId, job.jobId, id);
      kept.add(objectKey);
      const known = KeptText.safeParse(await objects.readJson(objectKey));
      if (known.success) return known.data;
      const value = await readByModel(picture, id);
      await storeFor(job, { store, objects, objectKey, value });
      return value;
    },
    async forget() {
      await pMap(kept, (key) => objects.delete(key), { concurrency: limits.picturesAtOnce });
    },
  };
}

const refused = 'the image model refused it: it may be damaged, or of a size that the model does not accept';

function textOf({ text, complete }: Transcription): PictureText {
  if (text === undefined) return { fault: 'the image model answered without a transcription' };
  return { text, ...(complete ? {} : ({ isCut: true } as const)) };
}
