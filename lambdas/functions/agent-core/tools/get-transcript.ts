import { Seconds } from '@nova/shared/api/common';
import { Transcript } from '@nova/shared/api/media';
import { Id } from '@nova/shared/ids';
import { limits } from '@nova/shared/limits';
import { type Tool, tool } from '@strands-agents/sdk';
import * as z from 'zod';
import { contentItem, fitting, resultOf } from './content-results.ts';
import type { ToolDependencies } from './dependencies.ts';
import { answering } from './tool.ts';
import { shortened } from './untrusted-output.ts';

const Input = z.object({
  contentId: Id.describe('Id of the recording'),
  from: Seconds.optional().describe('Second to start at; the beginning when absent'),
  to: Seconds.optional().describe('Second to end at; the end when absent'),
});

/** What was said in a recording: who, when, and how they sounded. */
export function getTranscript(turn: ToolDependencies): Tool {
  const read = async ({ contentId, from = 0, to = Number.POSITIVE_INFINITY }: z.output<typeof Input>) => {
    const item = await contentItem(turn, contentId);
    const missing = `There is no transcript of ${contentId} (${item.kind}) yet. A transcription may be on its way; start_transcription starts one, for recordings.`;
    const transcript = await resultOf(turn, item.transcriptKey, Transcript, missing);
    const wanted = transcript.segments.filter(({ start, end }) => end > from && start < to);
    const { shown, next } = fitting(wanted, ({ text }) => text.length, limits.agentMaterialChars);
    const passages = shown.map(({ start, end, text }) => ({ contentId, start, end, text: shortened(text) }));
    const screened = await turn.material.show(passages);
    return {
      contentId,
      language: transcript.language ?? null,
      durationSeconds: transcript.durationSeconds,
      segments: shown.map(({ start, end, speaker, emotion, recognised }, place) => ({
        ...{ start, end, speaker, emotion: emotion?.name ?? null, recognised },
        text: screened[place]?.text ?? '',
      })),
      goesOnAt: next?.start ?? null,
    };
  };
  return tool({
    name: 'get_transcript',
    description:
      'Reads the transcript of one recording: what was said, by which speaker, from which second to which, and with which emotion. `goesOnAt` is the second to read on from when it did not fit, else null.',
    inputSchema: Input,
    callback: answering('get_transcript', read),
  });
}
