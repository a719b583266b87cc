import type { ContentEvent } from '@nova/shared/events/index';
import { v7 as uuid } from 'uuid';
import { execute } from '../../../../lambdas/commands/execute.ts';
import {
  attachResult,
  type ContentState,
  content,
  deleteContent,
  receiveUpload,
  recordIndexed,
} from '../../../../lambdas/domain/content.ts';
import type { History } from './history.ts';

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

/** Items of the catalogue; some get a file, some are deleted. */
export const contentHistory: History = {
  async write({ store, random, metadata }, stream) {
    const place = random.integer(1, 100);
    const number = random.integer(1, 1e6);
    const { appended } = await execute(store, content, stream, metadata, (state) => {
      if (state.status === 'none') return [registered(number)];
      if (state.status === 'awaiting-upload') return received(state, place);
      if (state.status === 'ready' && place > 5) return processed(state, place, number);
      return state.status === 'deleted' || place > 30 ? [] : deleteContent(state, stream.id);
    });
    return appended.length > 0;
  },
  note: (random) => indexed(random.integer(1, 99)),
};

/** All items share one file, under a key for which the platform handles neither uploads nor deletions. */
export const sharedFile = {
  objectKey: 'results/chaos.txt',
  text: 'The orchard has eleven pear trees.',
} as const;

const file = {
  contentType: 'text/plain',
  kind: 'document',
  bytes: sharedFile.text.length,
  objectKey: sharedFile.objectKey,
} as const;

const registered = (number: number): ContentEvent => ({
  type: 'ContentRegistered',
  data: { ...file, filename: `${number}.txt`, uploadExpiresAt: inAnHour() },
});

/** Most items never get a file. */
function received(state: ContentState, place: number): ContentEvent[] {
  if (place > 50) return [];
  return place > 15
    ? receiveUpload(state, { accepted: true, file: { ...file, etag: `"${place}"` } })
    : receiveUpload(state, { accepted: false, reason: 'empty', detail: `Nothing in file ${place}.` });
}

function processed(state: ContentState, place: number, number: number): ContentEvent[] {
  if (place > 12) return recordIndexed(state, indexed(number).data);
  return attachResult(state, {
    type: 'TranscriptAttached',
    data: { jobId: uuid(), objectKey: `results/${uuid()}`, segments: number, durationSeconds: number },
  });
}

const indexed = (vectors: number) =>
  ({ type: 'ContentIndexed', data: { jobId: uuid(), source: 'document', vectors } }) as const;
