import { TranscribeRequest } from '@nova/shared/api/media';
import { type Tool, tool } from '@strands-agents/sdk';
import { v7 as uuid } from 'uuid';
import type * as z from 'zod';
import { startTranscription } from '../../../jobs/start-jobs.ts';
import type { ToolDependencies } from './dependencies.ts';
import type { StartJob } from './start-jobs.ts';
import { answering } from './tool.ts';

/** Where the end is told is for the caller to say: an address must not come out of material that a model has read. */
const Wanted = TranscribeRequest.omit({ webhook: true });

/** Starts a transcription of one recording. */
export function startTranscriptionTool({ store, asker }: ToolDependencies, startJob: StartJob): Tool {
  const start = (wanted: z.output<typeof Wanted>) =>
    startJob('transcription', wanted.contentId, () =>
      startTranscription(store, undefined, { ...asker, newId: uuid() }, wanted),
    );
  return tool({
    name: 'start_transcription',
    description:
      'Starts the transcription of a recording, when the user asks for one. It takes a while: the answer is a jobId, and get_job says how it stands. Uploads are transcribed by themselves once, so do not start one to read a transcript that is there.',
    inputSchema: Wanted,
    callback: answering('start_transcription', start),
  });
}
