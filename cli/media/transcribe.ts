import { type SubtitleFormat, subtitleTypes } from '@nova/shared/api/media';
import { type Talk, writeJson } from '../dependencies.ts';
import { CliError, exitCodes } from '../errors.ts';
import { worked } from './run-job.ts';
import { showTranscript } from './show.ts';

export interface TranscribeOptions {
  readonly language?: string;
  readonly type?: string;
  readonly format: 'text' | SubtitleFormat;
}

/** `nova transcribe`: who said what, how and when, in a file or in content that is there. */
export async function transcribe(talk: Talk, options: TranscribeOptions, what: string): Promise<number> {
  const { language, type, format } = options;
  const request = language ? { language } : {};
  const work = { what, type, path: '/audio/transcribe', request, label: 'transcribing' };
  const { item, api } = await worked(talk, work);
  if (!item.transcript) throw new CliError(`There is no transcript of ${item.contentId}.`);
  if (talk.json) writeJson(talk, { contentId: item.contentId, ...item.transcript });
  else if (format in subtitleTypes) {
    talk.terminal.write(await api.text(`/content/${item.contentId}/transcript?format=${format}`));
  } else showTranscript(talk.terminal, item.transcript);
  return exitCodes.ok;
}
