import { Seconds } from '@nova/shared/api/common';
import { Transcript } from '@nova/shared/api/media';
import { Id } from '@nova/shared/ids';
import { limits } from '@nova/shared/limits';
import { type Tool, tool } from '@strands-agents/sdk';
import * as z from 'zod';
import { contentItem, firstThatFit, jobResult } from './content-results.ts';
import { type ToolDependencies, toolCallback } from './tool.ts';
import { truncated } from './untrusted-output.ts';

const Input = z.object({
  contentId: Id.describe('Id of the recording'),
  from: Seconds.optional().describe('Second to start at; the beginning when absent'),
  to: Seconds.optional().describe('Second to end at; the end when absent'),
});

/** The tool that reads a transcript: text, speaker, seconds and emotion. */
export function getTranscript(dependencies: ToolDependencies): Tool {
  const read = async ({ contentId, from = 0, to = Number.POSITIVE_INFINITY }: z.output<typeof Input>) => {
    const item = await contentItem(dependencies, contentId);
    const missing = `There is no transcript of ${contentId} (${item.kind}) yet. A transcription may be on its way; start_transcription starts one, for recordings.`;
    const transcript = await jobResult(dependencies, item.transcriptKey, Transcript, missing);
    const wanted = transcript.segments.filter(({ start, end }) => end > from && start < to);
    const { shown, next } = firstThatFit(wanted, ({ text }) => text.length, limits.agentToolOutputChars);
    const passages = shown.map(({ start, end, text }) => ({ contentId, start, end, text: truncated(text) }));
    const screened = await dependencies.toolOutput.show(passages);
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
    callback: toolCallback('get_transcript', read),
  });
}
