import {
  type ChannelMode,
  type SubtitleFormat,
  subtitleTypes,
  type Transcript,
} from '@nova/shared/api/media';
import type { ApiDependencies } from '../dependencies.ts';
import { CliError, exitCodes } from '../errors.ts';
import { writeJson } from '../json.ts';
import type { Terminal } from '../output/terminal.ts';
import { clock, oneLine } from '../output/text.ts';
import { runJob } from './run-job.ts';

export interface TranscribeOptions {
  readonly language?: string;
  readonly channels?: ChannelMode;
  readonly type?: string;
  readonly format: 'text' | SubtitleFormat;
}

/** `nova transcribe`: a transcript of a file or of uploaded content, as text, subtitles or JSON. */
export async function transcribe(
  dependencies: ApiDependencies,
  { language, channels, type, format }: TranscribeOptions,
  source: string,
): Promise<number> {
  const { terminal, json } = dependencies;
  const request = { ...(language && { language }), ...(channels && { channels }) };
  const job = { source, type, path: '/audio/transcribe', request, label: 'transcribing' };
  const { item, api } = await runJob(dependencies, job);
  if (!item.transcript) throw new CliError(`There is no transcript of ${item.contentId}.`);
  if (json) writeJson(terminal, { contentId: item.contentId, ...item.transcript });
  else if (format in subtitleTypes) {
    terminal.write(await api.text(`/content/${item.contentId}/transcript?format=${format}`));
  } else showTranscript(terminal, item.transcript);
  return exitCodes.ok;
}

/** One line for each segment: time, speaker, emotion and words. Words that were not recognized are dimmed. */
function showTranscript(terminal: Terminal, { segments, language, model }: Transcript): void {
  for (const { start, speaker, emotion, text, recognised } of segments) {
    const time = terminal.styled('dim', `[${clock(start)}]`);
    const feeling = emotion && emotion.name !== 'neutral' ? terminal.styled('dim', ` (${emotion.name})`) : '';
    const words = recognised ? oneLine(text) : terminal.styled('dim', oneLine(text));
    terminal.line(`${time} ${terminal.styled('cyan', oneLine(speaker))}${feeling}: ${words}`);
  }
  if (segments.length === 0) terminal.note('The recording contains no speech.');
  terminal.note(terminal.styledNote('dim', [language, `by ${model}`].filter(Boolean).join(' · ')));
}
