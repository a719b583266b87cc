import type { ReadPicture } from '../../documents/pictures/picture.ts';
import type { EventStore } from '../../event-store/store.ts';
import type { WorkContext } from '../../jobs/job-run.ts';
import { isRefusal } from '../../models/errors.ts';
import type { ImageModel, Transcription } from '../../models/nova-image/nova-image.ts';
import { logger } from '../../runtime/instrumentation.ts';
import { metered } from '../../usage/record-usage.ts';
import type { IndexingTask } from './put-vectors.ts';

export interface PictureDependencies {
  readonly store: EventStore;
  readonly images: ImageModel;
}

/**
 * Reads pictures for a job, each within the budget of its key and charged to it.
 * @param reference of the tokens in the usage account
 * @throws DomainError `budget-exhausted` before a picture
 */
export function pictureReader(
  { store, images }: PictureDependencies,
  job: WorkContext<IndexingTask>,
  reference: string,
): ReadPicture {
  return async (picture, place) => {
    await job.checkBudget();
    try {
      const account = { ...job, source: 'image', reference: `${reference}/picture/${place}` } as const;
      const read = await metered(store, account, async (tokens) => {
        const transcription = await images.transcribe(picture, job.signal);
        tokens.add({ ...transcription.usage, model: transcription.model });
        return transcription;
      });
      return textOf(read);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // The service's message may quote the picture, so it goes to the log, which expires.
      logger.warn('The image model refused a picture', { place, said: error.message });
      return {
        fault: 'the image model refused it: it may be damaged, or of a size that the model does not accept',
      };
    }
  };
}

function textOf({ text, complete }: Transcription) {
  if (text === undefined) return { fault: 'the image model answered without a transcription' };
  return { text, ...(complete ? {} : ({ isCut: true } as const)) };
}
