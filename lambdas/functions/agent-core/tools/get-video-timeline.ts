import { Seconds } from '@nova/shared/api/common';
import { Analysis } from '@nova/shared/api/media';
import { Id } from '@nova/shared/ids';
import { limits } from '@nova/shared/limits';
import { type Tool, tool } from '@strands-agents/sdk';
import * as z from 'zod';
import { contentItem, firstThatFit, jobResult } from './content-results.ts';
import { type ToolDependencies, toolCallback } from './tool.ts';
import { type Passage, truncated } from './untrusted-output.ts';

const Input = z.object({
  contentId: Id.describe('Id of the video'),
  from: Seconds.optional().describe('Second to start at; the beginning when absent'),
  to: Seconds.optional().describe('Second to end at; the end when absent'),
});

/** An entry of the timeline. */
interface Entry extends Passage {
  readonly kind: 'scene' | 'event' | 'anomaly' | 'answer';
  readonly more: Readonly<Record<string, string | number>>;
}

/** The tool that reads the analysis of a video in the order of time. */
export function getVideoTimeline(dependencies: ToolDependencies): Tool {
  const read = async ({ contentId, from = 0, to = Number.POSITIVE_INFINITY }: z.output<typeof Input>) => {
    const item = await contentItem(dependencies, contentId);
    const missing = `There is no analysis of ${contentId} (${item.kind}) yet. One may be on its way; start_video_analysis starts one, for videos.`;
    const analysis = await jobResult(dependencies, item.analysisKey, Analysis, missing);
    const wanted = timelineEntries(contentId, analysis).filter(
      ({ start, end }) => start === null || ((end ?? start) >= from && start < to),
    );
    const { shown, next } = firstThatFit(wanted, ({ text }) => text.length, limits.agentToolOutputChars);
    const screened = await dependencies.toolOutput.show(shown);
    return {
      contentId,
      durationSeconds: analysis.durationSeconds,
      entries: screened.map(({ kind, start, end, text, more }) => ({ kind, start, end, ...more, text })),
      goesOnAt: next?.start ?? null,
    };
  };
  return tool({
    name: 'get_video_timeline',
    description:
      'Reads the analysis of one video in the order of time: scenes, events, anomalies (with severity, confidence and reason), and answers to questions asked when it was analysed. `goesOnAt` is the second to read on from when it did not fit, else null.',
    inputSchema: Input,
    callback: toolCallback('get_video_timeline', read),
  });
}

function timelineEntries(contentId: string, { scenes, timeline, anomalies, answers }: Analysis): Entry[] {
  const entry = (
    kind: Entry['kind'],
    start: number | null,
    end: number | null,
    text: string,
    more: Entry['more'] = {},
  ): Entry => ({ contentId, kind, start, end, text: truncated(text), more });
  return [
    ...answers.map(({ question, answer }) => entry('answer', null, null, `${question} ${answer}`)),
    ...[
      ...scenes.map(({ start, end, description }) => entry('scene', start, end, description)),
      ...timeline.map(({ time, description }) => entry('event', time, time, description)),
      ...anomalies.map(({ start, end, reason, severity, confidence }) =>
        entry('anomaly', start, end, reason, { severity, confidence }),
      ),
    ].sort((a, b) => (a.start ?? 0) - (b.start ?? 0)),
  ];
}
